package io.meshbridge.rules;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.rules.transform.Transform;
import io.meshbridge.rules.transform.TransformException;
import io.meshbridge.rules.transform.TransformLimits;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TransformTests {

	private static final CloudEvent ORDER = CloudEventBuilder.v1()
		.withId("4711")
		.withSource(URI.create("/shop"))
		.withType("order.placed")
		.withSubject("plant a")
		.withExtension("priority", 5)
		.withExtension("tenant", "acme")
		.withDataContentType("application/json")
		.withData("{ \"order\": {\"id\": 12, \"items\": [{\"sku\": \"x-1\"}]}, \"total\": 10.10, \"none\": null }"
			.getBytes(StandardCharsets.UTF_8))
		.build();

	@Test
	void setsAttributesFromAttributesAndData() throws TransformException {
		CloudEvent made = apply("""
				- set:
				    type: com.example.{type}
				    source: /plants/{subject}
				    subject: "{data.order.id}/{data.order.items[0].sku}"
				    tenant: "{data.none}"
				    origin: "{source}"
				""");
		assertThat(made.getType()).isEqualTo("com.example.order.placed");
		assertThat(made.getSource()).isEqualTo(URI.create("/plants/plant%20a"));
		assertThat(made.getSubject()).isEqualTo("12/x-1");
		assertThat(made.getExtensionNames()).containsExactlyInAnyOrder("priority", "origin");
		assertThat(made.getExtension("origin")).isEqualTo("/shop");
		assertThat(made.getExtension("priority")).isEqualTo(5);
		assertThat(data(made)).isEqualTo(data(ORDER));
		assertThat(made.getId()).isEqualTo("4711");
	}

	@Test
	void allValuesOfOneStepAreThoseFromBeforeIt() throws TransformException {
		CloudEvent made = apply("- set: { subject: '{tenant}', tenant: '{subject}' }");
		assertThat(made.getSubject()).isEqualTo("acme");
		assertThat(made.getExtension("tenant")).isEqualTo("plant a");
	}

	@Test
	void renamesAndRemoves() throws TransformException {
		CloudEvent made = apply("""
				- rename: { priority: urgency, absent: other, tenant: subject }
				- remove: [ absent ]
				""");
		assertThat(made.getExtensionNames()).containsExactly("urgency");
		assertThat(made.getExtension("urgency")).isEqualTo(5);
		assertThat(made.getSubject()).isEqualTo("acme");
		assertThat(apply("- remove: subject").getSubject()).isNull();
	}

	@Test
	void failsWhereARequiredAttributeGetsNoValue() {
		assertFails("- set: { type: '{absent}' }", "transform[0].set: 'type' must have a value");
		assertFails("- set: { time: '{subject}' }", "the text for 'time' is no time such as");
	}

	@Test
	void makesAnotherEventOfTheWholeEvent() throws TransformException {
		CloudEvent made = apply("""
				- jsonata: |
				    { "id": id, "source": source, "type": "order.total", "priority": priority + 1,
				      "data": { "total": data.total, "skus": [data.order.items.sku], "none": data.none } }
				""");
		assertThat(made.getType()).isEqualTo("order.total");
		assertThat(made.getSubject()).isNull();
		assertThat(made.getExtension("priority")).isEqualTo(6);
		assertThat(made.getDataContentType()).isEqualTo("application/json");
		assertThat(data(made)).isEqualTo("{\"total\":10.10,\"skus\":[\"x-1\"],\"none\":null}");
	}

	@Test
	void dataThatIsHandedOnKeepsItsBytes() throws TransformException {
		CloudEvent made = apply("""
				- jsonata: '$merge([$, {"type": "other"}])'
				""");
		assertThat(made.getType()).isEqualTo("other");
		assertThat(data(made)).isEqualTo(data(ORDER));
		assertThat(made.getExtension("tenant")).isEqualTo("acme");
	}

	@Test
	void makesOtherDataOfTheData() throws TransformException {
		CloudEvent made = apply("- data-jsonata: order.items.sku");
		assertThat(data(made)).isEqualTo("\"x-1\"");
		assertThat(made.getSubject()).isEqualTo("plant a");
	}

	@Test
	void functionsOnTextsWorkAsEverywhere() throws TransformException {
		assertThat(data(
				apply("""
						- data-jsonata: |
						    { "pad": $pad("ab", 4, "-") & $pad("ab", -4), "join": $join(["a", "b"], "+"), "one": $join("a"),
						      "contains": $contains("abc", /b+/) and $contains("abc", "c"), "split": $split("a1b2c", /[0-9]/, 2),
						      "match": $match("ab12", /[a-z]([a-z])/), "replace": $replace("a1b2", /([0-9])/, "<$1>", 1),
						      "plain": $replace("aaa", "a", "b"), "none": $pad(nothing, 3),
						      "lambda": $replace("a1", /[0-9]/, function($m) { $m.match & "!" }) }
						""")))
			.isEqualTo("{\"pad\":\"ab--  ab\",\"join\":\"a+b\",\"one\":\"a\",\"contains\":true,\"split\":[\"a\",\"b\"],"
					+ "\"match\":{\"match\":\"ab\",\"index\":0,\"groups\":[\"b\"]},\"replace\":\"a<1>b2\",\"plain\":\"bbb\","
					+ "\"lambda\":\"a1!\"}");
	}

	@Test
	void stepsFollowOneAnother() throws TransformException {
		CloudEvent made = apply("""
				- data-jsonata: '{ "n": order.id + 1 }'
				- set: { subject: "{data.n}" }
				""");
		assertThat(made.getSubject()).isEqualTo("13");
	}

	@Test
	void saysWhichStepFailsAndWhy() {
		assertFails("- data-jsonata: 'nothing.here'", "transform[0].data-jsonata: the expression gives nothing");
		assertFails("- jsonata: '{\"a\": \"b\"}'", "transform[0].jsonata: the result has no 'id', so it is no event");
		assertFails("- jsonata: '[1, 2]'", "the expression gives an array, expected an event");
		assertFails("- set: {subject: a}\n    - data-jsonata: '$error(\"not today\")'",
				"transform[1].data-jsonata: not today");
		assertFails("- data-jsonata: '1 + \"a\"'", "The right side of the \"+\" operator must evaluate to a number");
		assertFails("- data-jsonata: 'function($x) {1}'", "holds a function");
		assertFails("- jsonata: '$merge([$, {\"time\": 5}])'", "the result's 'time' is no text");
		assertFails("- jsonata: '$merge([$, {\"Bad\": \"x\"}])'", "the result is no event");
	}

	@Test
	void dataThatIsNoJsonIsSaidToBeNone() {
		CloudEvent csv = CloudEventBuilder.from(ORDER)
			.withData("text/csv", "a;b".getBytes(StandardCharsets.UTF_8))
			.build();
		assertThatExceptionOfType(TransformException.class)
			.isThrownBy(() -> transform("- data-jsonata: a").apply(csv, TransformLimits.DEFAULT))
			.withMessage("transform[0].data-jsonata: the data is no JSON but 'text/csv'");
		CloudEvent broken = CloudEventBuilder.from(ORDER).withData("{\"a\":".getBytes(StandardCharsets.UTF_8)).build();
		assertThatExceptionOfType(TransformException.class)
			.isThrownBy(() -> transform("- set: {subject: '{data.a}'}").apply(broken, TransformLimits.DEFAULT))
			.withMessageContaining("the data is no JSON: ");
	}

	@Test
	void binaryDataPassesAnExpressionAsBase64() throws TransformException {
		CloudEvent binary = CloudEventBuilder.from(ORDER)
			.withData("application/octet-stream", new byte[] { 1, 2, -1 })
			.build();
		CloudEvent made = transform("- jsonata: '$merge([$, {\"type\": data_base64}])'").apply(binary,
				TransformLimits.DEFAULT);
		assertThat(made.getType()).isEqualTo("AQL/");
		assertThat(Objects.requireNonNull(made.getData()).toBytes()).containsExactly(1, 2, -1);
	}

	private static void assertFails(String steps, String reason) {
		assertThatExceptionOfType(TransformException.class).isThrownBy(() -> apply(steps))
			.withMessageContaining(reason);
	}

	private static CloudEvent apply(String steps) throws TransformException {
		return transform(steps).apply(ORDER, TransformLimits.DEFAULT);
	}

	private static Transform transform(String steps) {
		return Objects.requireNonNull(Samples
			.compile("routes:\n- id: r\n  from: kafka:in\n  to: kafka:out\n  transform:\n    "
					+ steps.stripTrailing().replace("\n", "\n    ").replace("\n        - ", "\n    - "))
			.get(0)
			.transform());
	}

	private static String data(CloudEvent event) {
		return new String(Objects.requireNonNull(event.getData()).toBytes(), StandardCharsets.UTF_8);
	}

}
