package io.meshbridge.rules;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.rules.transform.Transform;
import io.meshbridge.rules.transform.TransformException;
import io.meshbridge.rules.transform.TransformLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class ConversionTests {

	private static final String ORDER_AVSC = """
			{"type": "record", "name": "Order", "fields": [
			  {"name": "id", "type": "long"}, {"name": "note", "type": ["null", "string"], "default": null},
			  {"name": "price", "type": "double"}, {"name": "tags", "type": {"type": "array", "items": "string"}},
			  {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["NEW", "OLD"]}}]}
			""";

	@TempDir
	private Path folder = Path.of("");

	@Test
	void jsonBecomesXmlAndBack() throws TransformException {
		CloudEvent xml = apply("convert: { to: application/xml, root: order }", json("""
				{"id": 12, "price": 10.10, "note": "a < b", "none": null, "items": [{"sku": "x"}, {"sku": "y"}]}"""));
		assertThat(xml.getDataContentType()).isEqualTo("application/xml");
		assertThat(data(xml)).isEqualTo("<?xml version='1.0' encoding='UTF-8'?><order><id>12</id><price>10.10</price>"
				+ "<note>a &lt; b</note><none xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/><items><sku>x</sku></items><items><sku>y</sku></items></order>");
		assertThat(data(apply("convert: { to: application/json }", xml)))
			.isEqualTo("{\"id\":\"12\",\"price\":\"10.10\",\"note\":\"a < b\",\"none\":null,"
					+ "\"items\":[{\"sku\":\"x\"},{\"sku\":\"y\"}]}");
	}

	@Test
	void jsonBecomesCsvAndBack() throws TransformException {
		CloudEvent csv = apply("convert: { to: text/csv, separator: ';' }",
				json("[{\"sku\": \"x;1\", \"n\": 2}, {\"n\": 3, \"more\": true}]"));
		assertThat(data(csv)).isEqualTo("sku;n;more\n\"x;1\";2;\n;3;true\n");
		assertThat(data(apply("convert: { to: application/json, separator: ';' }", csv)))
			.isEqualTo("[{\"sku\":\"x;1\",\"n\":\"2\",\"more\":\"\"},{\"sku\":\"\",\"n\":\"3\",\"more\":\"true\"}]");
		assertThat(data(apply("convert: { to: text/csv, columns: [n] }", json("{\"sku\": {}, \"n\": 2}"))))
			.isEqualTo("n\n2\n");
		assertFails("convert: { to: text/csv }", json("[{\"a\": [1]}]"), "'a' is no single value");
		assertFails("convert: { to: text/csv }", json("[1]"), "it is no list of objects");
	}

	@Test
	void jsonBecomesAvroAndBack() throws Exception {
		Path schema = Files.writeString(this.folder.resolve("order.avsc"), ORDER_AVSC);
		String order = "{\"id\":9007199254740993,\"note\":null,\"price\":2.5,\"tags\":[\"a\"],\"state\":\"NEW\"}";
		CloudEvent avro = apply("convert: { to: application/avro, schema: 'file:" + schema + "' }",
				json(order.replace("\"note\":null,", "")));
		assertThat(avro.getDataContentType()).isEqualTo("application/avro");
		assertThat(Objects.requireNonNull(avro.getData()).toBytes()).hasSize(22);
		assertThat(data(apply("convert: { to: application/json, schema: '" + schema + "' }", avro))).isEqualTo(order);
		String to = "convert: { to: application/avro, schema: '" + schema + "' }";
		assertFails(to, json("{\"id\": 1.5}"), "data.id is a number, expected long");
		assertFails(to, json("{\"id\": 1, \"price\": 1, \"tags\": [\"a\", 2]}"),
				"data.tags[1] is a number, expected string");
		assertFails(to, json("{\"id\": 1, \"note\": 5}"), "data.note is a number, expected one of [null, string]");
	}

	@Test
	void jsonBecomesProtobufAndBack() throws Exception {
		Path set = this.folder.resolve("order.desc");
		try (var out = Files.newOutputStream(set)) {
			descriptors().writeTo(out);
		}
		CloudEvent proto = apply("convert: { to: application/protobuf, schema: '" + set + "', message: shop.Order }",
				json("{\"id\": \"12\", \"note\": \"n\"}"));
		assertThat(Objects.requireNonNull(proto.getData()).toBytes()).containsExactly(8, 12, 18, 1, 'n');
		String from = "convert: { from: application/protobuf, to: application/json, schema: '" + set
				+ "', message: shop.Order }";
		assertThat(data(apply(from, proto))).isEqualTo("{\"id\":\"12\",\"note\":\"n\"}");
		assertFails(from, json("{}"), "is no message shop.Order");
		assertFails("convert: { to: application/protobuf, schema: '" + set + "', message: shop.Order }",
				json("{\"other\": 1}"), "does not fit the message shop.Order");
		assertWrong("convert: { to: application/protobuf, schema: '" + set + "', message: shop.Invoice }",
				"has no message 'shop.Invoice', expected one of shop.Order");
	}

	@Test
	void mistakesAreFoundAtTheStart() throws IOException {
		assertWrong("convert: { to: application/avro }", "needs a 'schema'");
		assertWrong("convert: { to: application/protobuf }", "needs a 'schema'");
		assertWrong("convert: { to: image/png }", "no format that can be converted");
		assertWrong("convert: { from: text/plain, to: application/json }", "no format that can be converted");
		assertWrong("convert: { root: x }", "required key 'to' is missing");
		assertWrong("convert: { to: application/avro, schema: absent.avsc }", "'absent.avsc' can't be read");
		assertWrong("convert: { to: application/xml, root: 'a b' }", "no name of an XML element");
		Path broken = Files.writeString(this.folder.resolve("broken.avsc"), "{\"type\": \"what\"}");
		assertWrong("convert: { to: application/avro, schema: '" + broken + "' }", "is no Avro schema");
		assertWrong("convert: { to: application/protobuf, message: a, schema: '" + broken + "' }",
				"is no descriptor set");
		assertWrong("claim-check: { over: 5 apples, store: x }", "'5 apples' is no size, expected such as '256KB'");
		assertWrong("claim-check: { over: 5KB }", "required key 'store' is missing");
	}

	@Test
	void whatHasNoFormatFails() {
		CloudEvent text = CloudEventBuilder.from(json("{}")).withDataContentType("text/plain").build();
		assertFails("convert: { to: application/xml }", text, "the data is 'text/plain', which it can't be made of");
		assertFails("convert: { to: application/xml }", json("{\"a b\": 1}"), "the member 'a b', which no XML element");
	}

	@Test
	void bombsAreDefused() throws Exception {
		CloudEvent laughs = CloudEventBuilder.from(json("{}")).withData("application/xml", """
				<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
				<l>&b;&c;</l>""".getBytes(StandardCharsets.UTF_8)).build();
		assertFails("convert: { to: application/json }", laughs, "the data is no XML that can be read");
		CloudEvent deep = CloudEventBuilder.from(json("{}"))
			.withData("application/xml",
					("<a>".repeat(100_000) + "</a>".repeat(100_000)).getBytes(StandardCharsets.UTF_8))
			.build();
		assertFails("convert: { to: application/json }", deep, "the data is no XML that can be read");
		Path schema = Files.writeString(this.folder.resolve("text.avsc"), "\"string\"");
		Path nulls = Files.writeString(this.folder.resolve("nulls.avsc"), "{\"type\": \"array\", \"items\": \"null\"}");
		byte[] twoGigabytes = { (byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0e, 'x' };
		CloudEvent avro = CloudEventBuilder.from(json("{}")).withData("application/avro", twoGigabytes).build();
		assertFails("convert: { to: application/json, schema: '" + schema + "' }", avro, "not by its Avro schema");
		assertFails("convert: { to: application/json, schema: '" + nulls + "' }", avro, "not by its Avro schema");
	}

	@Test
	void largeDataIsCheckedInAndFoundAgain() throws Exception {
		String step = "claim-check: { over: 10B, store: '" + this.folder
				+ "', url: 'https://files.example.com/claims' }";
		CloudEvent large = json("{\"a\": \"0123456789\"}");
		CloudEvent claim = apply(step, large);
		assertThat(claim.getData()).isNull();
		assertThat(claim.getDataContentType()).isEqualTo("application/json");
		String reference = String.valueOf(claim.getExtension("dataref"));
		assertThat(reference).startsWith("https://files.example.com/claims/");
		Path file = this.folder.resolve(reference.substring(reference.lastIndexOf('/') + 1));
		assertThat(file).hasContent(data(large));
		assertThat(apply(step, large).getExtension("dataref")).isEqualTo(reference);
		assertThat(this.folder).isDirectoryContaining((path) -> path.equals(file));
		assertThat(apply(step, json("{}")).getExtension("dataref")).isNull();
		assertThat(
				apply("claim-check: { over: 10B, store: 'file:" + this.folder + "' }", large).getExtension("dataref"))
			.isEqualTo(file.toUri().toString());
		Path blocked = Files.writeString(this.folder.resolve("file"), "");
		assertFails("claim-check: { over: 1B, store: '" + blocked + "/x' }", large, "does not take the data");
	}

	@Test
	void dataThatWasPutAsideComesBack() throws Exception {
		for (String url : List.of("", ", url: 'https://files.example.com/claims'")) {
			String store = "store: 'file:" + this.folder.resolve("claims") + "'" + url;
			CloudEvent large = json("{\"a\": \"0123456789\"}");
			CloudEvent claim = apply("claim-check: { over: 10B, " + store + " }", large);
			assertThat(claim.getExtension("dataref")).isNotNull();
			CloudEvent back = apply("claim-restore: { " + store + " }", claim);
			assertThat(data(back)).isEqualTo(data(large));
			assertThat(back.getDataContentType()).isEqualTo("application/json");
			assertThat(back.getExtensionNames()).isEqualTo(large.getExtensionNames());
			assertThat(apply("claim-restore: { " + store + " }", large)).isEqualTo(large);
			CloudEvent both = CloudEventBuilder.from(large).withExtension("dataref", "https://example.com/x").build();
			assertThat(apply("claim-restore: { " + store + " }", both)).isEqualTo(both);
		}
		assertWrong("claim-restore: { url: 'https://files.example.com' }", "required key 'store' is missing");
		assertWrong("claim-restore: { store: x, url: 'no url' }", "names no folder or URL");
	}

	@Test
	void nothingButTheDataOfTheStoreIsRead() throws Exception {
		Path claims = Files.createDirectory(this.folder.resolve("claims"));
		String base = claims.toUri().toString();
		String step = "claim-restore: { store: '" + claims + "' }";
		Path secret = Files.writeString(this.folder.resolve("secret"), "secret");
		Files.writeString(claims.resolve("plain"), "plain");
		String name = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
		for (String outside : List.of(secret.toUri().toString(), base + "../secret", base + "%2e%2e/secret",
				base + "plain", base, base + name + "/", base + "x/../" + name, base + name.toUpperCase(Locale.ROOT),
				base + name + "?a", "https://files.example.com/" + name, "file:/etc/passwd", "/etc/passwd", name,
				" ")) {
			assertFails(step, reference(outside),
					"the dataref '" + outside + "' is not in the store, expected " + base);
		}
		CloudEvent claim = reference(base + name);
		assertFails(step, claim, "the store has no file " + name + " (any more) in " + claims);
		Path file = Files.createSymbolicLink(claims.resolve(name), secret);
		assertFails(step, claim, "is no file but a link");
		Files.delete(file);
		Files.createDirectory(file);
		assertFails(step, claim, "is no file but a link, a folder or the like");
		Files.delete(file);
		// This is its name, but another file of somebody else.
		Files.createLink(file, Files.writeString(this.folder.resolve("other"), "other"));
		assertFails(step, claim, "the file " + name + " in " + claims + " was changed");
		Files.delete(file);
		Files.writeString(file, "secret");
		assertThat(data(apply(step, claim))).isEqualTo("secret");
		assertThatExceptionOfType(TransformException.class)
			.isThrownBy(() -> transform(step).apply(claim, new TransformLimits(Duration.ofSeconds(5), 64 << 20, 5)))
			.withMessageContaining("the data has 6 bytes, expected at most 5 (meshbridge.max-event-size)")
			.matches((ex) -> !ex.inPassing());
	}

	@Test
	void dataThatComesAgainIsAsNewAsItsEvent() throws Exception {
		String step = "claim-check: { over: 1B, store: '" + this.folder + "' }";
		String reference = String.valueOf(apply(step, json("{}")).getExtension("dataref"));
		Path file = Path.of(URI.create(reference));
		FileTime old = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
		Files.setLastModifiedTime(file, old);
		apply(step, json("{}"));
		assertThat(Files.getLastModifiedTime(file)).isGreaterThan(old);
		assertThat(this.folder).isDirectoryContaining((path) -> path.equals(file));
	}

	private static CloudEvent reference(String dataref) {
		return CloudEventBuilder.from(json("{}")).withoutData().withExtension("dataref", dataref).build();
	}

	private static FileDescriptorSet descriptors() {
		return FileDescriptorSet.newBuilder()
			.addFile(FileDescriptorProto.newBuilder()
				.setName("order.proto")
				.setSyntax("proto3")
				.setPackage("shop")
				.addMessageType(DescriptorProto.newBuilder()
					.setName("Order")
					.addField(field("id", 1, FieldDescriptorProto.Type.TYPE_INT64))
					.addField(field("note", 2, FieldDescriptorProto.Type.TYPE_STRING))))
			.build();
	}

	private static FieldDescriptorProto field(String name, int number, FieldDescriptorProto.Type type) {
		return FieldDescriptorProto.newBuilder()
			.setName(name)
			.setNumber(number)
			.setType(type)
			.setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
			.build();
	}

	private static void assertFails(String step, CloudEvent event, String reason) {
		assertThatExceptionOfType(TransformException.class).isThrownBy(() -> apply(step, event))
			.withMessageContaining(reason);
	}

	private static void assertWrong(String step, String problem) {
		assertThatExceptionOfType(RulesException.class).isThrownBy(() -> transform(step))
			.withMessageContaining(problem)
			.withMessageStartingWith("rules.yaml:2:");
	}

	private static CloudEvent apply(String step, CloudEvent event) throws TransformException {
		return transform(step).apply(event, new TransformLimits(Duration.ofSeconds(5), 64 << 20, 1 << 20));
	}

	private static Transform transform(String step) {
		return Objects.requireNonNull(
				Samples.compile("routes: [{id: r, from: kafka:in, to: kafka:out, transform: [\n { " + step + " }]}]")
					.get(0)
					.transform());
	}

	private static CloudEvent json(String text) {
		return CloudEventBuilder.v1()
			.withId("1")
			.withSource(URI.create("/test"))
			.withType("test")
			.withDataContentType("application/json")
			.withData(text.getBytes(StandardCharsets.UTF_8))
			.build();
	}

	private static String data(CloudEvent event) {
		return new String(Objects.requireNonNull(event.getData()).toBytes(), StandardCharsets.UTF_8);
	}

}
