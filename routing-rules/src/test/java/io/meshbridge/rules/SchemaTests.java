package io.meshbridge.rules;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.rules.transform.ConfluentRegistry;
import io.meshbridge.rules.transform.Transform;
import io.meshbridge.rules.transform.TransformException;
import io.meshbridge.rules.transform.TransformLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class SchemaTests {

	private static final String JSON_SCHEMA = """
			{"type": "object", "required": ["id"], "additionalProperties": false,
			 "properties": {"id": {"type": "integer"}, "tags": {"prefixItems": [{"const": "a"}], "items": false}}}""";

	private static final String AVRO_SCHEMA = """
			{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "int"}]}""";

	private final AtomicLong now = new AtomicLong();

	@TempDir
	private Path folder = Path.of("");

	@Test
	void jsonFitsItsSchemaOrNot() throws Exception {
		Transform check = check("json: '" + file("order.json", JSON_SCHEMA) + "'");
		CloudEvent order = event("{ \"id\": 1, \"tags\": [\"a\"] }");
		assertThat(check.apply(order, TransformLimits.DEFAULT)).isSameAs(order);
		assertUnfit(check, event("{\"id\": \"x\", \"more\": 1}"), "schema: the data does not fit its schema: /id: ",
				"'more'");
		assertUnfit(check, event("{\"id\": 1, \"tags\": [\"a\", \"b\"]}"), "/tags");
		assertUnfit(check, event("{\"id\": "), "the data is no JSON");
		assertUnfit(check, event("[".repeat(100_000)), "nesting depth");
		assertUnfit(check, CloudEventBuilder.from(order).withoutData().build(), "there is no data");
		assertUnfit(check, CloudEventBuilder.from(order).withDataContentType("text/csv").build(),
				"no JSON but 'text/csv'");
	}

	@Test
	void avroIsReadByItsSchema() throws Exception {
		Transform check = check("avro: '" + file("order.avsc", AVRO_SCHEMA) + "'");
		assertThat(check.apply(event("\u0002"), TransformLimits.DEFAULT).getId()).isEqualTo("1");
		assertUnfit(check, event("\u0002\u0002"), "not by its Avro schema: there is something behind its end");
		assertUnfit(check, event(""), "not by its Avro schema");
	}

	@Test
	void mistakesAreFoundAtTheStart() throws Exception {
		assertWrong("json: absent.json", "'absent.json' can't be read");
		assertWrong("json: '" + file("a.json", "[]") + "'", "is no JSON Schema: it is no JSON object");
		assertWrong("json: '" + file("b.json", "{\"type\": \"wrong\"") + "'", "is no JSON Schema: ");
		assertWrong("protobuf: '" + file("c.desc", "x") + "'", "needs the 'message' in it beside it");
		assertWrong("on-invalid: reject", "names no schema, expected one of json, avro, protobuf, registry");
		assertWrong("json: a, avro: b", "names json and avro, expected one of");
		assertWrong("registry: true, on-invalid: drop", "'drop' is no outcome, expected one of dead-letter, reject");
	}

	@Test
	void aSchemaThatRefersElsewhereFetchesNothing() throws Exception {
		try (RegistryStandIn elsewhere = new RegistryStandIn()) {
			elsewhere.answers("/other.json", "{}");
			String text = "{\"properties\": {\"a\": {\"$ref\": \"" + elsewhere.url() + "/other.json\"}}}";
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> check("json: '" + file("ref.json", text) + "'")
				.apply(event("{\"a\": 1}"), TransformLimits.DEFAULT));
			assertThat(elsewhere.asked()).isEmpty();
		}
	}

	@Test
	void aDurableRouteChecksBeforeItStores() throws Exception {
		Route route = Samples
			.compile(Samples.WITH_CHANNELS,
					"routes: [{id: r, from: 'http:/in', to: kafka:out, schema: {json: '" + file("s.json", "{}")
							+ "', on-invalid: reject}, transform: [{set: {type: x}}]}]")
			.get(0);
		assertThat(route.stages().get(0).schema()).isNotNull();
		assertThat(route.stages().get(0).transform()).isNull();
		assertThat(route.stages().get(1).schema()).isNull();
		assertThat(route.stages().get(1).transform()).isNotNull();
	}

	@Test
	void theRegistryIsAskedOnceForEachSchema() throws Exception {
		try (RegistryStandIn registry = new RegistryStandIn()) {
			registry.schema(7, "AVRO", AVRO_SCHEMA);
			registry.schema(8, "JSON", JSON_SCHEMA);
			TransformLimits limits = limits(registry);
			Transform check = check("registry: true");
			assertThat(check.asksRegistry()).isTrue();
			check.apply(framed(7, 2), limits);
			check.apply(framed(7, 4), limits);
			check.apply(framed(8, "{\"id\": 1}".getBytes(StandardCharsets.UTF_8)), limits);
			assertThat(registry.askedWith()).containsExactly("/schemas/ids/7 Basic bWU6cHc=",
					"/schemas/ids/8 Basic bWU6cHc=");
			assertUnfit(check, limits, framed(7, 2, 2), "not by its Avro schema");
			assertUnfit(check, limits, framed(8, "{}".getBytes(StandardCharsets.UTF_8)), "does not fit its schema");
			assertUnfit(check, limits, framed(9, 2), "the schema registry has no /schemas/ids/9");
			assertUnfit(check, limits, event("{}"), "does not begin with a zero");
		}
	}

	@Test
	void whatTheRegistryLacksIsNotAskedForWithEveryEvent() throws Exception {
		try (RegistryStandIn registry = new RegistryStandIn()) {
			TransformLimits limits = limits(registry);
			registry.schema(6, "AVRO", "{}");
			registry.schema(5, "XSD", "<schema/>");
			Transform check = check("registry: true");
			for (int i = 0; i < 3; i++) {
				assertUnfit(check, limits, framed(9, 2), "the schema registry has no /schemas/ids/9");
			}
			for (int i = 0; i < 3; i++) {
				assertUnfit(check, limits, framed(6, 2), "schema /schemas/ids/6 is no Avro schema");
			}
			for (int i = 0; i < 3; i++) {
				assertUnfit(check, limits, framed(5, 2), "of type 'XSD', expected AVRO, JSON or PROTOBUF");
			}
			assertThat(registry.asked()).containsExactly("/schemas/ids/9", "/schemas/ids/6", "/schemas/ids/5");
		}
	}

	@Test
	void aSchemaThatIsTooLargeIsNotTakenIn() throws Exception {
		try (RegistryStandIn registry = new RegistryStandIn()) {
			registry.schema(7, "AVRO", "x".repeat(2 << 20));
			assertUnfit(check("registry: true"), limits(registry), framed(7, 2),
					"the schema registry answers more than 1,048,576 bytes to /schemas/ids/7");
		}
	}

	@Test
	void avroNamesTypesOfOtherSchemas() throws Exception {
		try (RegistryStandIn registry = new RegistryStandIn()) {
			registry.schema(7, "AVRO", """
					{"type": "record", "name": "Two", "fields": [
					  {"name": "one", "type": "shop.One"}, {"name": "zero", "type": "shop.Zero"}]}""",
					"shop.One one/s 3", "shop.Zero zero 1");
			registry.version("one%2Fs", 3, "AVRO", """
					{"type": "record", "name": "shop.One", "fields": [{"name": "z", "type": "shop.Zero"}]}""",
					"shop.Zero zero 1");
			registry.version("zero", 1, "AVRO", """
					{"type": "enum", "name": "shop.Zero", "symbols": ["A", "B"]}""");
			CloudEvent json = transform("convert: { to: application/json, schema: 'registry:two-value' }")
				.apply(framed(7, 2, 0), limits(registry));
			assertThat(Objects.requireNonNull(json.getData()).toBytes()).asString()
				.isEqualTo("{\"one\":{\"z\":\"B\"},\"zero\":\"A\"}");
		}
	}

	@Test
	void aRegistryThatIsAwayIsNoFaultOfTheEvent() throws Exception {
		Transform check = check("registry: true");
		TransformLimits limits;
		try (RegistryStandIn registry = new RegistryStandIn()) {
			registry.schema(6, "AVRO", AVRO_SCHEMA);
			limits = limits(registry);
			registry.answersWith(503);
			assertAway(check, limits, 7, "the schema registry answers 503");
			registry.answersWith(200);
			registry.saysOtherwise("{\"message\": \"no such page\"}");
			assertAway(check, limits, 7, "the schema registry answers 404");
			registry.saysOtherwise("<html>");
			assertAway(check, limits, 7, "answers 404 to /schemas/ids/7, and no JSON");
			registry.answers("/schemas/ids/7", "{}");
			assertAway(check, limits, 7, "answers without a 'schema' to /schemas/ids/7");
			check.apply(framed(6, 2), limits);
		}
		assertAway(check, limits, 7, "the schema registry does not answer");
		check.apply(framed(6, 2), limits);
	}

	@Test
	void thatTheRegistryIsAwayIsToldOnce() throws Exception {
		Transform check = check("registry: true");
		List<String> told = new ArrayList<>();
		try (RegistryStandIn registry = new RegistryStandIn()) {
			registry.schema(7, "AVRO", AVRO_SCHEMA);
			TransformLimits limits = limits(registry, told);
			registry.answersWith(500);
			assertAway(check, limits, 7, "answers 500");
			registry.answersWith(401);
			assertAway(check, limits, 7, "answers 401");
			assertThat(told).containsExactly("the schema registry answers 500 to /schemas/ids/7");
			registry.answersWith(200);
			check.apply(framed(7, 2), limits);
			assertThat(told).endsWith("back").hasSize(2);
			registry.answersWith(500);
			assertAway(check, limits, 8, "answers 500");
			assertThat(told).as("within a minute").hasSize(2);
		}
	}

	@Test
	void aRegistryThatDoesNotAnswerIsLeftAloneForAMoment() throws Exception {
		Transform check = check("registry: true");
		TransformLimits limits;
		try (RegistryStandIn registry = new RegistryStandIn()) {
			registry.schema(7, "AVRO", AVRO_SCHEMA);
			limits = limits(registry);
			registry.stop();
			assertAway(check, limits, 7, "does not answer");
			registry.start();
			assertAway(check, limits, 7, "does not answer");
			assertThat(registry.asked()).isEmpty();
			this.now.addAndGet(Duration.ofSeconds(1).toNanos());
			check.apply(framed(7, 2), limits);
		}
	}

	private static void assertAway(Transform check, TransformLimits limits, int id, String why) {
		assertThatExceptionOfType(TransformException.class).isThrownBy(() -> check.apply(framed(id, 2), limits))
			.withMessageContaining(why)
			.matches(TransformException::inPassing);
	}

	@Test
	void dataIsConvertedByRegisteredSchemas() throws Exception {
		try (RegistryStandIn registry = new RegistryStandIn()) {
			registry.schema(7, "AVRO", AVRO_SCHEMA);
			registry.answers("/subjects/orders-value/versions/latest", "{\"id\": 7, \"version\": 1}");
			TransformLimits limits = limits(registry);
			CloudEvent avro = transform("convert: { to: application/avro, schema: 'registry:orders-value' }")
				.apply(event("{\"id\": 1}"), limits);
			assertThat(Objects.requireNonNull(avro.getData()).toBytes()).containsExactly(0, 0, 0, 0, 7, 2);
			CloudEvent json = transform("convert: { to: application/json, schema: 'registry:orders-value' }")
				.apply(avro, limits);
			assertThat(Objects.requireNonNull(json.getData()).toBytes()).asString().isEqualTo("{\"id\":1}");
		}
	}

	private TransformLimits limits(RegistryStandIn registry) {
		return limits(registry, new ArrayList<>());
	}

	private TransformLimits limits(RegistryStandIn registry, List<String> told) {
		return new TransformLimits(Duration.ofSeconds(5), 64 << 20, 1 << 20,
				new ConfluentRegistry(registry.url() + "/", "me", "pw", new ConfluentRegistry.Watch() {

					@Override
					public void away(String why) {
						told.add(why);
					}

					@Override
					public void back() {
						told.add("back");
					}

				}, this.now::get));
	}

	private static CloudEvent framed(int id, int... data) {
		byte[] bytes = new byte[data.length];
		Arrays.setAll(data, (i) -> {
			bytes[i] = (byte) data[i];
			return data[i];
		});
		return framed(id, bytes);
	}

	private static CloudEvent framed(int id, byte[] data) {
		return CloudEventBuilder.from(event(""))
			.withData(ByteBuffer.allocate(data.length + 5).put((byte) 0).putInt(id).put(data).array())
			.build();
	}

	private static void assertUnfit(Transform check, CloudEvent event, String... reasons) {
		assertUnfit(check, TransformLimits.DEFAULT, event, reasons);
	}

	private static void assertUnfit(Transform check, TransformLimits limits, CloudEvent event, String... reasons) {
		assertThatExceptionOfType(TransformException.class).isThrownBy(() -> check.apply(event, limits))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(reasons))
			.matches(TransformException::unfit);
	}

	private static void assertWrong(String schema, String problem) {
		assertThatExceptionOfType(RulesException.class).isThrownBy(() -> check(schema)).withMessageContaining(problem);
	}

	private String file(String name, String text) throws Exception {
		return Files.writeString(this.folder.resolve(name), text).toString();
	}

	private static Transform check(String schema) {
		return Objects.requireNonNull(Samples.route("schema: { " + schema + " }").schema()).check();
	}

	private static Transform transform(String step) {
		return Objects.requireNonNull(Samples.route("transform: [ { " + step + " } ]").transform());
	}

	private static CloudEvent event(String data) {
		return CloudEventBuilder.v1()
			.withId("1")
			.withSource(URI.create("/test"))
			.withType("test")
			.withDataContentType("application/json")
			.withData(data.getBytes(StandardCharsets.UTF_8))
			.build();
	}

}
