package io.meshbridge.it;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.rules.RegistryStandIn;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Records as Confluent's serializers write them, in and out over Kafka.
 */
class SchemaRegistryIT {

	private static final Duration WAIT = Duration.ofSeconds(90);

	private static final String AVRO = """
			{"type": "record", "name": "Order", "fields": [
			  {"name": "id", "type": "int"}, {"name": "sku", "type": "string"}]}""";

	private static final String JSON = """
			{"type": "object", "required": ["id", "sku"], "properties": {"id": {"type": "integer"}}}""";

	private static final String PROTOBUF = """
			syntax = "proto3";
			import "google/protobuf/timestamp.proto";
			import "sku.proto";
			message Order { int32 id = 1; string sku = 2; google.protobuf.Timestamp at = 3; Sku kind = 4; }
			""";

	private static final String COPY = """
			{"type": "record", "name": "Copy", "fields": [
			  {"name": "sku", "type": "string"}, {"name": "id", "type": "long"}]}""";

	@TempDir
	private Path folder = Path.of("");

	private final KafkaPeer kafka = new KafkaPeer();

	private final RegistryStandIn registry = new RegistryStandIn();

	SchemaRegistryIT() throws IOException {
	}

	@BeforeEach
	void fillRegistry() {
		this.registry.schema(7, "AVRO", AVRO);
		this.registry.schema(8, "JSON", JSON);
		this.registry.schema(9, "PROTOBUF", PROTOBUF, "sku.proto skus 1");
		this.registry.version("skus", 1, "PROTOBUF", "syntax = \"proto3\"; enum Sku { NONE = 0; }");
		this.registry.schema(21, "AVRO", COPY);
		this.registry.answers("/subjects/copies-value/versions/latest", "{\"id\": 21, \"version\": 3}");
	}

	@AfterEach
	void close() {
		this.kafka.close();
		this.registry.close();
	}

	@Test
	void recordsAreReadAndWrittenByTheirNumbersAndTheOthersAreDeadLetters() throws Exception {
		this.kafka.open(List.of("reg-in"), List.of("reg-in-json", "reg-in-copies", "reg-in-dead"));
		List<byte[]> bad = List.of(framed(0, 99, avro(1, "unknown")), framed(1, 7, avro(1, "magic")),
				new byte[] { 0, 0, 7 }, framed(0, 7, avro(1, "longer"), 0), framed(0, 7),
				framed(0, 8, "{\"id\": \"text\", \"sku\": 1}".getBytes(StandardCharsets.UTF_8)),
				framed(0, 8, "no json".getBytes(StandardCharsets.UTF_8)));
		try (GatewayProcess gateway = gateway("reg-in")) {
			for (byte[] record : bad) {
				send("reg-in", record);
			}
			send("reg-in", null);
			send("reg-in", framed(0, 7, avro(1, "a")));
			send("reg-in", framed(0, 8, "{\"id\": 2, \"sku\": \"b\"}".getBytes(StandardCharsets.UTF_8)));
			send("reg-in", framed(0, 9, new byte[] { 0, 8, 3, 18, 1, 'c' }));
			await().atMost(WAIT).until(() -> this.kafka.taken("reg-in-copies").size() == 3);
			await().atMost(WAIT).until(() -> this.kafka.taken("reg-in-json").size() == 3);
			assertThat(this.kafka.taken("reg-in-json")).extracting(SchemaRegistryIT::text)
				.containsExactly("{\"id\":1,\"sku\":\"a\"}", "{\"id\":2,\"sku\":\"b\"}", "{\"id\":3,\"sku\":\"c\"}");
			assertThat(this.kafka.taken("reg-in-json")).extracting(RawMessage::contentType)
				.containsOnly("application/json");
			assertThat(this.kafka.taken("reg-in-copies")).extracting(RawMessage::body)
				.containsExactly(framed(0, 21, new byte[] { 2, 'a', 2 }), framed(0, 21, new byte[] { 2, 'b', 4 }),
						framed(0, 21, new byte[] { 2, 'c', 6 }));
			await().atMost(WAIT).until(() -> this.kafka.taken("reg-in-dead").size() >= 2 * (bad.size() + 1));
			List<RawMessage> letters = this.kafka.taken("reg-in-dead");
			assertThat(letters).allSatisfy((letter) -> assertThat(letter.headers()).containsEntry("ce_dlcode", "SCHEMA")
				.containsEntry("ce_dlroute", "reg-in"));
			assertThat(letters.stream().filter((letter) -> header(letter, "ce_dltarget").endsWith("-json")))
				.extracting((letter) -> header(letter, "ce_dlreason"))
				.satisfiesExactly((reason) -> assertThat(reason).contains("the schema registry has no /schemas/ids/99"),
						(reason) -> assertThat(reason).contains("does not begin with a zero and the number"),
						(reason) -> assertThat(reason).contains("does not begin with a zero and the number"),
						(reason) -> assertThat(reason).contains("there is something behind its end"),
						(reason) -> assertThat(reason).contains("not by its Avro schema"),
						(reason) -> assertThat(reason).contains("/id: string found, integer expected"),
						(reason) -> assertThat(reason).contains("the data is no JSON"),
						(reason) -> assertThat(reason).contains("there is no data"));
			assertThat(letters.stream().filter((letter) -> header(letter, "ce_dltarget").endsWith("-json")))
				.extracting(RawMessage::body)
				.startsWith(bad.toArray(byte[][]::new));
			await().atMost(WAIT).until(() -> KafkaPeer.committed("reg-in") == bad.size() + 4);
			assertThat(this.registry.asked()).containsExactlyInAnyOrder("/schemas/ids/99", "/schemas/ids/7",
					"/schemas/ids/8", "/schemas/ids/9", "/subjects/skus/versions/1", "/schemas/ids/21",
					"/subjects/copies-value/versions/latest");
			assertThat(gateway.logText()).doesNotContain("is away");
		}
	}

	@Test
	void recordsWaitForARegistryThatIsAway() throws Exception {
		this.kafka.open(List.of("reg-away"), List.of("reg-away-json", "reg-away-copies", "reg-away-dead"));
		try (GatewayProcess gateway = gateway("reg-away")) {
			this.registry.stop();
			List<String> expected = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				send("reg-away", framed(0, 7, avro(i, "a")));
				expected.add("{\"id\":" + i + ",\"sku\":\"a\"}");
			}
			await().atMost(WAIT)
				.until(() -> gateway.logText().contains("is away: the schema registry does not answer"));
			await().atMost(WAIT).until(() -> inFlight(gateway) == 2 * expected.size());
			this.registry.answersWith(503);
			this.registry.start();
			// A proxy before a registry that is away.
			await().atMost(WAIT).until(() -> this.registry.asked().size() > 2);
			assertThat(KafkaPeer.committed("reg-away")).isZero();
			assertThat(this.kafka.taken("reg-away-json")).isEmpty();
			this.registry.answersWith(200);
			await().atMost(WAIT).until(() -> this.kafka.taken("reg-away-json").size() == expected.size());
			await().atMost(WAIT).until(() -> this.kafka.taken("reg-away-copies").size() == expected.size());
			assertThat(this.kafka.taken("reg-away-json")).extracting(SchemaRegistryIT::text)
				.containsExactlyElementsOf(expected);
			assertThat(this.kafka.taken("reg-away-dead")).isEmpty();
			await().atMost(WAIT).until(() -> KafkaPeer.committed("reg-away") == expected.size());
			assertThat(gateway.logText()).containsOnlyOnce("is away: ").containsOnlyOnce("answers again");
		}
	}

	private GatewayProcess gateway(String name) throws IOException {
		List<String> options = new ArrayList<>(this.kafka.options());
		options.add("--meshbridge.schema-registry.url=" + this.registry.url());
		return new GatewayProcess(this.folder, """
				routes:
				  - id: NAME
				    from: kafka:NAME
				    event: { type: com.example.order }
				    schema: { registry: true }
				    delivery: { dead-letter-sink: "kafka:NAME-dead" }
				    to:
				      - uri: kafka:NAME-json
				        transform: [ convert: { to: application/json, schema: "registry:orders-value" } ]
				      - uri: kafka:NAME-copies
				        transform:
				          - convert: { to: application/json, schema: "registry:orders-value" }
				          - convert: { to: application/avro, schema: "registry:copies-value" }
				""".replace("NAME", name), options).start().awaitBound();
	}

	/** All of one key, so in order. */
	private void send(String topic, byte @Nullable [] value) throws Exception {
		this.kafka.send(topic, new RawMessage(Map.of(), null, "k", value));
	}

	private static int inFlight(GatewayProcess gateway) throws Exception {
		return gateway.admin("/admin/routes/reg-away").path("counters").path("inFlight").asInt();
	}

	private static byte[] avro(int id, String sku) throws IOException {
		ByteArrayOutputStream data = new ByteArrayOutputStream();
		// One byte each: ZigZag of a small number.
		data.write(id * 2);
		data.write(sku.length() * 2);
		data.write(sku.getBytes(StandardCharsets.UTF_8));
		return data.toByteArray();
	}

	private static byte[] framed(int magic, int id, byte[] data, int... more) throws IOException {
		ByteArrayOutputStream record = new ByteArrayOutputStream();
		DataOutputStream out = new DataOutputStream(record);
		out.writeByte(magic);
		out.writeInt(id);
		out.write(data);
		Arrays.stream(more).forEach(record::write);
		return record.toByteArray();
	}

	private static byte[] framed(int magic, int id) throws IOException {
		return framed(magic, id, new byte[0]);
	}

	private static String text(RawMessage message) {
		return new String(message.body(), StandardCharsets.UTF_8);
	}

	private static String header(RawMessage message, String name) {
		return String.valueOf(message.headers().get(name));
	}

}
