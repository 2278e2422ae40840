package io.meshbridge.rules.lint;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTarget;

/**
 * {@code header}: attributes whose texts in {@code event} and {@code set} are longer by
 * themselves than the headers of a target's protocol may be.
 */
final class FixedTexts {

	private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^{}]*}");

	private static final int HTTP_BYTES = 16 * 1024;

	private static final int MQTT_BYTES = 65_535;

	private static final int RABBIT_BYTES = 255;

	private final WrittenRoutes written;

	private final EndpointCatalog catalog;

	FixedTexts(WrittenRoutes written, EndpointCatalog catalog) {
		this.written = written;
		this.catalog = catalog;
	}

	void find(List<Route> routes, Consumer<Finding> findings) {
		for (Route route : routes) {
			for (int i = 0; i < route.to().size(); i++) {
				RouteTarget target = route.to().get(i);
				if (!target.structured()) {
					find(target.endpoint(), this.written.texts(route, i), this.written.target(route, i), findings);
				}
			}
		}
	}

	private void find(Endpoint endpoint, Map<String, String> texts, Spot spot, Consumer<Finding> findings) {
		String type = this.catalog.typeOf(endpoint);
		if (type.equals("http")) {
			int all = texts.values().stream().mapToInt(FixedTexts::bytes).sum();
			if (all > HTTP_BYTES) {
				findings.accept(finding(spot, "the attributes that the route sets have", all, endpoint, HTTP_BYTES,
						"in all headers together (max-header-size by default)"));
			}
			return;
		}
		texts.forEach((name, text) -> {
			int bytes = bytes(text);
			if (type.equals("mqtt") && bytes > MQTT_BYTES) {
				findings
					.accept(finding(spot, "the text of '" + name + "' has", bytes, endpoint, MQTT_BYTES, "in each"));
			}
			else if (type.equals("rabbit") && name.equals("datacontenttype") && bytes > RABBIT_BYTES) {
				findings
					.accept(finding(spot, "the text of '" + name + "' has", bytes, endpoint, RABBIT_BYTES, "there"));
			}
		});
	}

	private static Finding finding(Spot spot, String what, int bytes, Endpoint endpoint, int most, String of) {
		return spot.warning("header",
				String.format(Locale.ROOT,
						"%s %,d bytes as written, and '%s' has room for %,d %s; expected shorter texts,"
								+ " or 'content-mode: structured'",
						what, bytes, endpoint, most, of));
	}

	/**
	 * Those of a text without what its placeholders become.
	 */
	private static int bytes(String text) {
		return PLACEHOLDER.matcher(text).replaceAll("").getBytes(StandardCharsets.UTF_8).length;
	}

}
