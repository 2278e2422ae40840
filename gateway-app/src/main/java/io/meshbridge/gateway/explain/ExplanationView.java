package io.meshbridge.gateway.explain;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.preview.WireMessage;
import io.meshbridge.rules.filter.Verdict;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.util.RawValue;

/**
 * Explanations as JSON.
 *
 * @param matching how many routes the event takes
 * @param routes what each route that was asked says
 */
public record ExplanationView(long matching, List<OfRoute> routes) {

	public ExplanationView {
		routes = List.copyOf(routes);
	}

	/**
	 * A view of some explanations.
	 */
	public static ExplanationView of(List<RouteExplanation> routes) {
		return new ExplanationView(routes.stream().filter(RouteExplanation::matches).count(),
				routes.stream().map(OfRoute::of).toList());
	}

	/**
	 * What one route says.
	 *
	 * @param deadLettered whether the event goes to the dead letter sink, once, without
	 * any target being tried
	 * @param targets what each target would get; where none is tried, the one that the
	 * dead letter names
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record OfRoute(String id, String from, String location, boolean matches, boolean deadLettered,
			@Nullable String problem, @Nullable Verdict filters, List<OfTarget> targets) {

		static OfRoute of(RouteExplanation explained) {
			return new OfRoute(explained.route().id(), explained.route().from().toString(),
					explained.route().location().toString(), explained.matches(), explained.deadLettered(),
					explained.problem(), explained.verdict(), explained.targets().stream().map(OfTarget::of).toList());
		}

	}

	/**
	 * What one target would get.
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record OfTarget(String to, @Nullable String problem, @Nullable RawValue event, @Nullable Wire wire) {

		static OfTarget of(TargetExplanation target) {
			CloudEvent event = target.event();
			return new OfTarget(target.endpoint(), target.problem(),
					(event == null) ? null
							: new RawValue(new String(JsonEventFormat.write(event), StandardCharsets.UTF_8)),
					(target.message() == null) ? null : Wire.of(target.message()));
		}

	}

	/**
	 * A message as its protocol carries it.
	 *
	 * @param body as text, where it is UTF-8
	 * @param base64 as Base64, where it is not
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record Wire(Map<String, String> properties, @Nullable String body, @Nullable String base64) {

		static Wire of(WireMessage message) {
			byte[] body = message.body();
			String text = (body == null) ? null : ExplanationText.text(body);
			return new Wire(message.properties(), text,
					(body == null || text != null) ? null : Base64.getEncoder().encodeToString(body));
		}

	}

}
