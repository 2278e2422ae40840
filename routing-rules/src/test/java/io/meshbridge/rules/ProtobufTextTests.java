package io.meshbridge.rules;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.rules.transform.ConfluentRegistry;
import io.meshbridge.rules.transform.TransformException;
import io.meshbridge.rules.transform.TransformLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Protobuf by {@code .proto} files, from the disk and from a registry.
 */
@Timeout(60)
class ProtobufTextTests {

	private static final String ORDER = """
			// What a shop sells.
			syntax = "proto3";
			package shop;
			import "shop/part.proto";
			import "google/protobuf/timestamp.proto";
			import "google/protobuf/field_mask.proto";
			import "google/protobuf/descriptor.proto";
			import public "units.proto";

			extend google.protobuf.FieldOptions { string note = 50001; }
			message Order {
			  reserved 40 to 50;
			  int32 id = 1 [(note) = "counted"];
			  optional string remark = 2;
			  repeated Part parts = 3;
			  map<string, Kind> kinds = 4;
			  oneof payment { string card = 5; bool cash = 6; }
			  google.protobuf.Timestamp at = 8;
			  google.protobuf.FieldMask mask = 9;
			  bytes raw = 10 [json_name = "RAW"];
			  repeated int32 numbers = 11;
			  Inner inner = 12;
			  enum Kind { NONE = 0; LARGE = 1; }
			  message Inner { Unit unit = 1; Inner deeper = 2; sint64 n = 3 [json_name = "N"]; }
			}
			service Orders { rpc Place (Order) returns (stream Part); }
			""";

	private static final String PART = """
			syntax = "proto2";
			package shop;
			import "units.proto";
			message Part { required int32 n = 1; optional Unit unit = 2 [default = PIECE]; extensions 100 to 200; }
			""";

	private static final String UNITS = """
			syntax = "proto3";
			enum Unit { METRE = 0; PIECE = 1; }
			""";

	private static final String JSON = "{\"id\":1,\"remark\":\"\",\"parts\":[{\"n\":2,\"unit\":\"METRE\"}],"
			+ "\"kinds\":{\"a\":\"LARGE\"},\"cash\":false,\"at\":\"2020-01-01T00:00:00Z\",\"mask\":\"id,remark\","
			+ "\"RAW\":\"AAE=\",\"numbers\":[1,300],\"inner\":{\"deeper\":{\"N\":\"-1\"}}}";

	@TempDir
	private Path folder = Path.of("");

	@Test
	void jsonBecomesProtobufByATextAndBack() throws Exception {
		String proto = orders();
		CloudEvent made = apply(
				"convert: { to: application/protobuf, schema: 'file:" + proto + "', message: shop.Order }",
				event(JSON));
		assertThat(data(made)).startsWith(8, 1, 18, 0, 26, 4, 8, 2, 16, 0);
		// Numbers of proto3 are packed.
		assertThat(data(made)).containsSequence(90, 3, 1, -84, 2);
		CloudEvent back = apply("convert: { from: application/protobuf, to: application/json, schema: '" + proto
				+ "', message: shop.Order }", made);
		assertThat(data(back)).asString(StandardCharsets.UTF_8).isEqualTo(JSON);
		CloudEvent inner = apply(
				"convert: { to: application/protobuf, schema: '" + proto + "', message: shop.Order.Inner }",
				event("{\"N\": 1}"));
		assertThat(data(inner)).containsExactly(24, 2);
	}

	@Test
	void dataIsLookedAtByAText() throws Exception {
		String schema = "schema: { protobuf: '" + orders() + "', message: shop.Part }";
		var check = Objects.requireNonNull(Samples.route(schema).schema()).check();
		check.apply(event("\b\2"), TransformLimits.DEFAULT);
		assertThatExceptionOfType(TransformException.class)
			.isThrownBy(() -> check.apply(event("\b"), TransformLimits.DEFAULT))
			.withMessageContaining("the data is no message shop.Part")
			.matches(TransformException::unfit);
	}

	@Test
	void whatIsWrongInATextIsSaidWithItsPlace() throws Exception {
		assertWrong("message A {\n  int32 = 1;\n}", "'" + this.folder.resolve("a.proto")
				+ "' is no Protobuf file that can be read: Syntax error in a.proto:2:3: unexpected label: int32");
		assertWrong("message A {\n  optional Nope n = 1;\n  optional Nor m = 2;\n}",
				"unable to resolve Nope, for field n (a.proto:2:3), in message A (a.proto:1:1); unable to resolve Nor");
		assertWrong("message A { optional int32 a = 1; optional int32 b = 1; }", "multiple fields share tag 1:",
				"(a.proto:1:13)");
		assertWrong("message A { optional group G = 1 { } }", "a.proto:1:13: 'group' is not supported");
		assertWrong("edition = \"2023\";", "a.proto:1:8: edition is not currently supported");
		assertWrong("message A { ".repeat(30_000), "it is nested too deeply");
		assertWrong("", "has no message 'A', and no other");
		assertWrong("message B { message C { } map<string, C> d = 1; }", "has no message 'A', expected one of B, B.C");
	}

	@Test
	void aMissingImportIsNamed() throws Exception {
		write("b.proto", "import \"deep/none.proto\";");
		assertWrong("import \"b.proto\"; message A { }",
				"lacks 'deep/none.proto', which b.proto imports; expected it in " + this.folder.toAbsolutePath()
						+ " or a folder above it");
		assertWrong("import \"google/protobuf/nothing.proto\"; message A { }",
				"lacks 'google/protobuf/nothing.proto', which a.proto imports");
		Path inner = Files.createDirectory(this.folder.resolve("inner"));
		Files.writeString(inner.resolve("a.proto"), "import \"../b.proto\"; message A { }");
		assertThatExceptionOfType(RulesException.class)
			.isThrownBy(() -> Samples.route("schema: { protobuf: '" + inner.resolve("a.proto") + "', message: A }"))
			.withMessageContaining("lacks '../b.proto'");
		write("c.proto", "import \"a.proto\";");
		assertWrong("import \"c.proto\"; message A { }", "imports form a cycle:");
	}

	@Test
	void aTextNeedsTheMessageInIt() throws Exception {
		String proto = orders();
		for (String written : new String[] { "schema: { protobuf: '" + proto + "' }",
				"transform: [ convert: { to: application/protobuf, schema: '" + proto + "' } ]" }) {
			assertThatExceptionOfType(RulesException.class).isThrownBy(() -> Samples.route(written))
				.withMessageContaining("needs the 'message' in it beside it, such as 'message: shop.Order'");
		}
		assertThatExceptionOfType(RulesException.class)
			.isThrownBy(() -> Samples.route("schema: { protobuf: absent.proto, message: A }"))
			.withMessageContaining("'absent.proto' can't be read");
	}

	@Test
	void theRegistryGivesATextAndWhatItImports() throws Exception {
		try (RegistryStandIn registry = new RegistryStandIn()) {
			registry.schema(5, "PROTOBUF", ORDER, "shop/part.proto part 2", "units.proto units 1");
			registry.version("part", 2, "PROTOBUF", PART, "units.proto units 1");
			registry.version("units", 1, "PROTOBUF", UNITS);
			registry.answers("/subjects/orders-value/versions/latest", "{\"id\": 5}");
			TransformLimits limits = limits(registry);
			CloudEvent made = apply("convert: { to: application/protobuf, schema: 'registry:orders-value' }",
					event(JSON), limits);
			assertThat(data(made)).startsWith(0, 0, 0, 0, 5, 0, 8, 1);
			String back = "convert: { to: application/json, schema: 'registry:orders-value' }";
			assertThat(data(apply(back, made, limits))).asString(StandardCharsets.UTF_8).isEqualTo(JSON);
			assertThat(registry.asked()).containsExactly("/subjects/orders-value/versions/latest", "/schemas/ids/5",
					"/subjects/part/versions/2", "/subjects/units/versions/1");
			// Numbers are ZigZag: the first message of the first one.
			CloudEvent inner = framed(5, 4, 0, 0, 24, 2);
			assertThat(data(apply(back, inner, limits))).asString().isEqualTo("{\"N\":\"1\"}");
			assertFails(back, framed(5, 2, 2), limits, "message number 1, and its schema has 1 there");
			assertFails(back, framed(5, 4, 0, 8), limits, "message number 4 of shop.Order, and its schema has ");
			assertFails(back, framed(5, 1), limits, "-1 is no depth");
			assertFails(back, framed(5), limits, "does not say which message it is");
		}
	}

	@Test
	void aTextOfTheRegistryThatCannotBeReadIsSaid() throws Exception {
		try (RegistryStandIn registry = new RegistryStandIn()) {
			registry.schema(1, "PROTOBUF", "message A { int32 = 1; }");
			registry.schema(2, "PROTOBUF", "import \"b.proto\"; message A { }", "units.proto units 1");
			registry.version("units", 1, "PROTOBUF", UNITS);
			registry.schema(3, "PROTOBUF", "syntax = \"proto3\";");
			registry.schema(4, "PROTOBUF", "message A { ".repeat(30_000));
			String step = "convert: { to: application/json, schema: 'registry:orders-value' }";
			TransformLimits limits = limits(registry);
			assertFails(step, framed(1, 0), limits, "the registry's schema /schemas/ids/1 is no Protobuf file");
			assertFails(step, framed(2, 0), limits, "/schemas/ids/2 lacks 'b.proto', which it imports;"
					+ " expected it among its references: units.proto");
			assertFails(step, framed(3, 0), limits, "has no message");
			assertFails(step, framed(4, 0), limits, "it is nested too deeply");
		}
	}

	private String orders() throws Exception {
		Files.createDirectories(this.folder.resolve("protos/shop"));
		write("protos/units.proto", UNITS);
		write("protos/shop/part.proto", PART);
		return write("protos/shop/order.proto", ORDER);
	}

	private String write(String name, String text) throws Exception {
		return Files.writeString(this.folder.resolve(name), text).toString();
	}

	private void assertWrong(String text, String... problems) throws Exception {
		String proto = write("a.proto", text);
		assertThatExceptionOfType(RulesException.class)
			.isThrownBy(() -> Samples.route("schema: { protobuf: '" + proto + "', message: A }"))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(problems));
	}

	private static void assertFails(String step, CloudEvent event, TransformLimits limits, String problem) {
		assertThatExceptionOfType(TransformException.class).isThrownBy(() -> apply(step, event, limits))
			.withMessageContaining(problem)
			.matches((ex) -> !ex.inPassing());
	}

	private static CloudEvent apply(String step, CloudEvent event) throws Exception {
		return apply(step, event, TransformLimits.DEFAULT);
	}

	private static CloudEvent apply(String step, CloudEvent event, TransformLimits limits) throws TransformException {
		return Objects.requireNonNull(Samples.route("transform: [ { " + step + " } ]").transform())
			.apply(event, limits);
	}

	private static TransformLimits limits(RegistryStandIn registry) {
		return new TransformLimits(Duration.ofSeconds(5), 64 << 20, 1 << 20,
				new ConfluentRegistry(registry.url(), null, null, new ConfluentRegistry.Watch() {

					@Override
					public void away(String why) {
						throw new AssertionError(why);
					}

					@Override
					public void back() {
					}

				}));
	}

	private static byte[] data(CloudEvent event) {
		return Objects.requireNonNull(event.getData()).toBytes();
	}

	private static CloudEvent framed(int id, int... data) {
		ByteBuffer bytes = ByteBuffer.allocate(data.length + 5).put((byte) 0).putInt(id);
		for (int each : data) {
			bytes.put((byte) each);
		}
		return CloudEventBuilder.from(event("")).withData(bytes.array()).build();
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
