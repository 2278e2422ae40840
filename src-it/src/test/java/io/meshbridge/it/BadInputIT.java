package io.meshbridge.it;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.test.RawMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a person sees who did something wrong.
 */
class BadInputIT {

	private static final Duration WAIT = Duration.ofSeconds(60);

	private static final byte[] BROKEN = "{\"specversion\":\"1.0\",\"id\":".getBytes(StandardCharsets.UTF_8);

	@TempDir
	private Path folder = Path.of(".");

	@Test
	void allProblemsOfTheRulesAreSaidAtOnceAndNothingStarts() throws Exception {
		String routes = """
				routes:
				  - id: orders
				    form: http:/orders
				    filters:
				      - sql: "type = "
				      - prefx: {type: a}
				    to: kafak:orders
				  - id: orders
				    from: http:/more
				    to: kafka:more
				""";
		try (GatewayProcess gateway = new GatewayProcess(this.folder, routes, List.of("--meshbridge.max-evnt-size=1MB"))
			.start()) {
			assertThat(gateway.awaitExit()).isNotZero();
			assertThat(gateway.logText()).contains("routes.yaml:3:5: routes[0] (orders).form: unknown key 'form'")
				.contains("did you mean 'from'?")
				.contains("routes.yaml:5:14: routes[0] (orders).filters[0].sql: ")
				.contains("routes.yaml:6:9: routes[0] (orders).filters[1].prefx: ")
				.contains("did you mean 'prefix'?")
				.contains("routes.yaml:7:9: routes[0] (orders).to: 'kafak:orders' names the unknown binder 'kafak'")
				.contains("did you mean 'kafka'?")
				.contains("routes.yaml:8:9: routes[1] (orders).id: ")
				.contains("meshbridge.max-evnt-size: unknown property; did you mean 'meshbridge.max-event-size'?")
				.doesNotContain("\tat ");
		}
	}

	@Test
	void aTakenPortIsNamedTogetherWithItsProperty() throws Exception {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				GatewayProcess gateway = new GatewayProcess(this.folder,
						"routes: [{id: r, from: 'http:/a', to: 'http://127.0.0.1:9/b'}]",
						List.of("--meshbridge.http.port=" + taken.getLocalPort()))
					.start()) {
			assertThat(gateway.awaitExit()).isNotZero();
			assertThat(gateway.logText()).contains(String.valueOf(taken.getLocalPort()))
				.contains("meshbridge.http.port")
				.doesNotContain("\tat ");
		}
	}

	@Test
	void unreadableMessagesGoToTheDeadLetterSinkByteForByte() throws Exception {
		try (KafkaPeer kafka = new KafkaPeer(); RabbitPeer rabbit = new RabbitPeer(); MqttPeer mqtt = new MqttPeer()) {
			kafka.open(List.of("bad-kafka"), List.of("bad-dead", "bad-out"));
			rabbit.open(List.of("bad-rabbit"), List.of());
			mqtt.open(List.of("bad-mqtt"), List.of());
			List<String> options = new ArrayList<>(kafka.options());
			options.addAll(rabbit.options());
			options.addAll(mqtt.options());
			try (GatewayProcess gateway = new GatewayProcess(this.folder, """
					delivery: {dead-letter-sink: 'kafka:bad-dead'}
					routes:
					  - {id: bad-kafka, from: 'kafka:bad-kafka', to: 'kafka:bad-out'}
					  - {id: bad-rabbit, from: 'rabbit:bad-rabbit', to: 'kafka:bad-out'}
					  - {id: bad-mqtt, from: 'mqtt:bad-mqtt/+', to: 'kafka:bad-out'}
					""", options).start().awaitBound()) {
				for (Peer peer : List.of(kafka, rabbit, mqtt)) {
					peer.send("bad-" + peer.name(),
							new RawMessage(Map.of(), "application/cloudevents+json", null, BROKEN));
					peer.send("bad-" + peer.name(),
							new RawMessage(
									Map.of(peer.headerName("specversion"), "1.0", peer.headerName("id"), "1",
											peer.headerName("source"), "/s"),
									"text/plain", null, new byte[] { 1, (byte) 0xff }));
					peer.send("bad-" + peer.name(),
							new RawMessage(Map.of(peer.headerName("specversion"), "1.0", peer.headerName("id"), "1",
									peer.headerName("source"), "/s", peer.headerName("type"), "t",
									peer.headerName("time"), "noon"), "text/plain", null, new byte[] { 2 }));
				}
				await().atMost(WAIT).untilAsserted(() -> assertThat(kafka.taken("bad-dead")).hasSize(9));
				assertThat(kafka.taken("bad-dead")).allSatisfy((message) -> {
					CloudEvent letter = kafka.read(message);
					assertThat(letter).isNotNull();
					if (letter != null) {
						assertThat(letter.getType()).isEqualTo("io.meshbridge.unreadable");
						assertThat(letter.getExtension("dlcode")).isEqualTo("UNREADABLE");
						assertThat(String.valueOf(letter.getExtension("dlroute"))).startsWith("bad-");
					}
				});
				assertThat(kafka.taken("bad-dead"))
					.extracting((message) -> String.valueOf(message.headers().get("ce_dlreason")))
					.anyMatch((reason) -> reason.contains("attribute 'type' is missing"))
					.anyMatch((reason) -> reason.contains("attribute 'time' is 'noon'"))
					.anyMatch((reason) -> reason.contains("byte 26: broken JSON"));
				assertThat(kafka.taken("bad-dead")).filteredOn((message) -> Arrays.equals(message.body(), BROKEN))
					.hasSize(3);
				assertThat(kafka.taken("bad-out")).isEmpty();
				assertThat(gateway.running()).isTrue();
			}
		}
	}

	@Test
	void httpSendersHearWhatIsWrong() throws Exception {
		try (HttpPeer http = new HttpPeer();
				GatewayProcess gateway = new GatewayProcess(this.folder,
						"routes: [{id: r, from: 'http:/in', to: '" + http.to("sink") + "'}]",
						List.of("--meshbridge.max-event-size=1KB"))
					.start()
					.awaitBound()) {
			http.gatewayPort(gateway.eventPort());
			HttpResponse<String> missing = http.post("in",
					new RawMessage(Map.of("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s"), "text/plain", null,
							new byte[] { 1 }));
			assertThat(missing.statusCode()).isEqualTo(400);
			assertThat(missing.headers().firstValue("Content-Type")).contains("application/problem+json");
			assertThat(missing.body()).contains("attribute 'type' is missing", "\"attribute\":\"type\"");
			HttpResponse<String> broken = http.post("in",
					new RawMessage(Map.of(), "application/cloudevents+json", null, BROKEN));
			assertThat(broken.statusCode()).isEqualTo(400);
			assertThat(broken.body()).contains("byte 26");
			assertThat(http.post("nowhere", RawMessage.plain(null, "x")).statusCode()).isEqualTo(404);
			assertThat(http.post("in", RawMessage.plain(null, "x".repeat(2000))).statusCode()).isEqualTo(413);
			assertThat(http.post("in", new RawMessage(Map.of(), "application/cloudevents+avro", null, new byte[] { 1 }))
				.statusCode()).isEqualTo(415);
			assertThat(http.taken("sink")).isEmpty();
		}
	}

}
