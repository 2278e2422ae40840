package io.meshbridge.gateway.explain;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.rw.CloudEventRWException;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RuleCase;
import io.meshbridge.rules.Setting;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs tests of rules, and remembers which routes some case took.
 */
public final class CaseRunner {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final Map<String, String> DEFAULTS = Map.of("id", "1", "source", "/test", "type", "test");

	private final Explainer explainer;

	private final List<Route> routes;

	private final Set<String> taken = new LinkedHashSet<>();

	public CaseRunner(Explainer explainer, List<Route> routes) {
		this.explainer = explainer;
		this.routes = List.copyOf(routes);
	}

	/**
	 * Runs one case.
	 * @return what is not as expected, a line each; empty when all is
	 */
	public List<String> run(RuleCase test) {
		List<String> differences = new ArrayList<>();
		Given given;
		try {
			given = given(test);
		}
		catch (CloudEventRWException | IllegalArgumentException ex) {
			return List.of("the event can't be made: " + ex.getMessage());
		}
		List<RouteExplanation> explained = this.explainer.explain(this.routes, given, test.from());
		if (explained.isEmpty()) {
			return List.of("no route reads '" + test.from() + "'");
		}
		List<Sent> left = new ArrayList<>();
		for (RouteExplanation route : explained) {
			if (route.matches() || route.deadLettered()) {
				this.taken.add(route.route().id());
			}
			route.targets()
				.forEach((target) -> left
					.add(new Sent(route.route().id(), target.endpoint(), target.event(), target.problem())));
		}
		for (RuleCase.Expected expected : test.expected()) {
			Sent sent = take(left, expected);
			if (sent == null) {
				differences.add("- to " + expected.to() + ((expected.route() == null) ? "" : " by " + expected.route())
						+ ": expected, and nothing leaves for there" + whyNot(explained, expected));
			}
			else {
				compare(expected, sent, differences);
			}
		}
		left.forEach((sent) -> differences.add("+ to " + sent.to() + " by " + sent.route() + ": not expected"
				+ ((sent.problem() == null) ? "" : "; nothing is sent: " + sent.problem())));
		return List.copyOf(differences);
	}

	/**
	 * Ids of the routes that no case took, in the order of writing.
	 */
	public List<String> untested() {
		return this.routes.stream().map(Route::id).filter((id) -> !this.taken.contains(id)).toList();
	}

	private static @Nullable Sent take(List<Sent> sent, RuleCase.Expected expected) {
		for (Sent one : sent) {
			if (one.to().equals(expected.to()) && (expected.route() == null || expected.route().equals(one.route()))) {
				sent.remove(one);
				return one;
			}
		}
		return null;
	}

	/**
	 * What the routes to that endpoint say that did not take the event.
	 */
	private static String whyNot(List<RouteExplanation> explained, RuleCase.Expected expected) {
		StringBuilder text = new StringBuilder();
		for (RouteExplanation route : explained) {
			boolean leads = route.route()
				.to()
				.stream()
				.anyMatch((target) -> target.endpoint().toString().equals(expected.to()));
			if (leads && route.verdict() != null && !route.matches()) {
				text.append("; route ").append(route.route().id()).append(": ").append(route.verdict().why());
			}
		}
		return text.toString();
	}

	private static void compare(RuleCase.Expected expected, Sent sent, List<String> differences) {
		String where = "to " + sent.to() + " by " + sent.route() + ": ";
		if (expected.problem() != null) {
			if (sent.problem() == null) {
				differences.add(where + "the event is sent, expected '" + expected.problem() + "'");
			}
			else if (!sent.problem().contains(expected.problem())) {
				differences.add(where + "'" + sent.problem() + "', expected '" + expected.problem() + "' in it");
			}
			return;
		}
		CloudEvent event = sent.event();
		if (event == null) {
			differences.add(where + "nothing is sent: " + sent.problem());
			return;
		}
		expected.attributes().forEach((name, value) -> {
			String actual = Attributes.text(event, name);
			if (!Objects.equals(actual, value)) {
				differences.add(where + name + " is " + quoted(actual) + ", expected " + quoted(value));
			}
		});
		if (expected.data() != null) {
			compareData(expected.data(), event, where, differences);
		}
	}

	private static void compareData(Setting expected, CloudEvent event, String where, List<String> differences) {
		byte[] actual = (event.getData() == null) ? new byte[0] : event.getData().toBytes();
		String text = new String(actual, StandardCharsets.UTF_8);
		if (expected instanceof Setting.Scalar scalar && (scalar.value() == null || scalar.value() instanceof String)) {
			String wanted = (scalar.value() == null) ? "" : scalar.value().toString();
			if (!text.equals(wanted)) {
				differences.add(where + "data is " + quoted(text) + ", expected " + quoted(wanted));
			}
			return;
		}
		JsonNode wanted = JSON.valueToTree(expected.plain());
		try {
			if (!JSON.readTree(actual).equals(JSON.readTree(JSON.writeValueAsBytes(wanted)))) {
				differences.add(where + "data is " + text + ", expected " + wanted);
			}
		}
		catch (JacksonException ex) {
			differences.add(where + "data is no JSON: " + quoted(text) + ", expected " + wanted);
		}
	}

	private static String quoted(@Nullable String text) {
		return (text == null) ? "missing" : "'" + text + "'";
	}

	private static Given given(RuleCase test) {
		byte[] data = data(test.data());
		Map<String, String> properties = new LinkedHashMap<>(test.properties());
		if (test.message()) {
			properties.putIfAbsent("id", "1");
			properties.putIfAbsent("source", "/test");
			return new Given.Message(properties::get, data);
		}
		String key = properties.remove("key");
		DEFAULTS.forEach(properties::putIfAbsent);
		CloudEventBuilder event = CloudEventBuilder.v1();
		properties.forEach((name, value) -> {
			if (name.equals("source")) {
				event.withSource(URI.create(value));
			}
			else {
				event.withContextAttribute(name, value);
			}
		});
		if (data != null) {
			if (!properties.containsKey("datacontenttype") && !isText(test.data())) {
				event.withDataContentType("application/json");
			}
			event.withData(data);
		}
		return new Given.Event(event.build(), key);
	}

	private static boolean isText(@Nullable Setting data) {
		return data instanceof Setting.Scalar scalar && scalar.value() instanceof String;
	}

	private static byte @Nullable [] data(@Nullable Setting data) {
		if (data == null) {
			return null;
		}
		return isText(data) ? String.valueOf(((Setting.Scalar) data).value()).getBytes(StandardCharsets.UTF_8)
				: JSON.writeValueAsBytes(data.plain());
	}

	/**
	 * What leaves for one target.
	 */
	private record Sent(String route, String to, @Nullable CloudEvent event, @Nullable String problem) {
	}

}
