package io.meshbridge.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.test.EventAssert;
import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.bridge.test.SampleEvent;
import io.meshbridge.bridge.test.SampleEvents;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Each way in to each way out: every sample event in both modes, and plain payloads.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MatrixIT {

	private static final Duration WAIT = Duration.ofSeconds(60);

	private List<Peer> peers = List.of();

	private @Nullable GatewayProcess gateway;

	@BeforeAll
	void startEverything(@TempDir Path folder) throws Exception {
		HttpPeer http = new HttpPeer();
		this.peers = List.of(http, new KafkaPeer(), new RabbitPeer(), new MqttPeer());
		StringBuilder routes = new StringBuilder("routes:\n");
		List<String> options = new ArrayList<>();
		for (Peer in : this.peers) {
			options.addAll(in.options());
			routes.append("  - id: ").append(in.name()).append("\n    from: \"").append(in.from(source(in)));
			routes.append("\"\n    event: { type: it.plain, source: \"/it/{binder}\" }\n    to:\n");
			for (Peer out : this.peers) {
				for (ContentMode mode : ContentMode.values()) {
					routes.append("      - { uri: \"")
						.append(out.to(target(in, out, mode)))
						.append("\", content-mode: ");
					routes.append((mode == ContentMode.BINARY) ? "binary" : "structured").append(" }\n");
				}
			}
		}
		for (Peer peer : this.peers) {
			List<String> targets = new ArrayList<>();
			for (Peer in : this.peers) {
				Arrays.stream(ContentMode.values()).forEach((mode) -> targets.add(target(in, peer, mode)));
			}
			peer.open(List.of(source(peer)), targets);
		}
		this.gateway = new GatewayProcess(folder, routes.toString(), options).start().awaitBound();
		http.gatewayPort(this.gateway.eventPort());
	}

	@AfterAll
	void stopEverything() throws Exception {
		if (this.gateway != null) {
			this.gateway.close();
		}
		for (Peer peer : this.peers) {
			peer.close();
		}
	}

	private static String source(Peer in) {
		return "matrix-in-" + in.name();
	}

	private static String target(Peer in, Peer out, ContentMode mode) {
		return "matrix-" + in.name() + "-" + out.name() + ((mode == ContentMode.BINARY) ? "-b" : "-s");
	}

	Stream<Arguments> waysIn() {
		return this.peers.stream()
			.flatMap((peer) -> Arrays.stream(ContentMode.values()).map((mode) -> Arguments.of(peer.name(), mode)));
	}

	Stream<String> protocols() {
		return this.peers.stream().map(Peer::name);
	}

	@ParameterizedTest(name = "{0} {1} to everything")
	@MethodSource("waysIn")
	void everySampleEventArrivesEverywhereAsItWas(String protocol, ContentMode modeIn) throws Exception {
		Peer in = peer(protocol);
		List<CloudEvent> sent = new ArrayList<>();
		for (SampleEvent sample : SampleEvents.all()) {
			in.send(source(in), in.write(sample.event(), modeIn));
			sent.add(sample.event());
		}
		for (Peer out : this.peers) {
			for (ContentMode modeOut : ContentMode.values()) {
				String target = target(in, out, modeOut);
				Map<String, CloudEvent> arrived = awaitEvents(out, target, sent);
				for (CloudEvent event : sent) {
					boolean exact = (modeIn == ContentMode.STRUCTURED || in.tellsNullFromEmpty())
							&& (modeOut == ContentMode.STRUCTURED || out.tellsNullFromEmpty());
					EventAssert compared = EventAssert.assertThatEvent(arrived.get(event.getId())).as(target);
					(exact ? compared : compared.whereNoDataIsEmptyData()).isSameEventAs(event);
				}
				for (RawMessage message : out.taken(target)) {
					assertThat(inMode(message, modeOut, out)).as("mode of %s at %s", message, target).isTrue();
				}
			}
		}
	}

	private static boolean inMode(RawMessage message, ContentMode mode, Peer out) {
		boolean structured = String.valueOf(message.contentType()).startsWith("application/cloudevents");
		if (mode == ContentMode.BINARY && structured) {
			// HTTP tells no data from empty data by the content type alone; where that
			// can't be, the
			// event goes structured.
			CloudEvent event = out.read(message);
			return out.name().equals("http") && event != null
					&& (event.getData() == null || event.getData().toBytes().length == 0);
		}
		return structured == (mode == ContentMode.STRUCTURED);
	}

	private static Map<String, CloudEvent> awaitEvents(Peer out, String target, List<CloudEvent> sent) {
		Map<String, CloudEvent> arrived = new TreeMap<>();
		await().atMost(WAIT).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
			for (RawMessage message : out.taken(target)) {
				CloudEvent event = out.read(message);
				assertThat(event).as("%s: %s", target, message).isNotNull();
				if (event != null) {
					arrived.put(event.getId(), event);
				}
			}
			assertThat(arrived.keySet()).as(target).containsAll(sent.stream().map(CloudEvent::getId).toList());
		});
		return arrived;
	}

	@ParameterizedTest(name = "plain {0} to everything")
	@MethodSource("protocols")
	void plainPayloadsBecomeEventsWithTheSameBytes(String protocol) throws Exception {
		Peer in = peer(protocol);
		List<byte[]> payloads = payloads();
		for (byte[] payload : payloads) {
			in.send(source(in), new RawMessage(Map.of(), "application/json", null, payload));
		}
		for (Peer out : this.peers) {
			for (ContentMode modeOut : ContentMode.values()) {
				String target = target(in, out, modeOut);
				await().atMost(WAIT).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
					List<CloudEvent> plain = out.taken(target)
						.stream()
						.map(out::read)
						.filter((event) -> event != null && event.getType().equals("it.plain"))
						.toList();
					assertThat(plain).as(target)
						.extracting(MatrixIT::text)
						.containsAll(payloads.stream().map((data) -> expected(data, modeOut)).toList());
					assertThat(plain).extracting(CloudEvent::getId).doesNotHaveDuplicates();
					assertThat(plain).allSatisfy((event) -> {
						assertThat(event.getSource()).hasToString("/it/" + in.name());
						assertThat(event.getDataContentType()).isEqualTo("application/json");
					});
				});
			}
		}
	}

	/**
	 * Blanks around a JSON value are no part of it once it stands in a JSON document.
	 */
	private static String expected(byte[] payload, ContentMode mode) {
		String text = new String(payload, StandardCharsets.UTF_8);
		return (mode == ContentMode.STRUCTURED) ? text.strip() : text;
	}

	private static String text(CloudEvent event) {
		return (event.getData() == null) ? "" : new String(event.getData().toBytes(), StandardCharsets.UTF_8);
	}

	/**
	 * Payloads that no one here wrote where they are at hand, else some of our own.
	 */
	private static List<byte[]> payloads() throws IOException {
		List<byte[]> payloads = new ArrayList<>(List.of("{\"celsius\":21.50}".getBytes(StandardCharsets.UTF_8),
				"[1, 2.0, \"\\u00fc \u00fc\"]".getBytes(StandardCharsets.UTF_8)));
		Path shared = Path.of(System.getProperty("meshbridge.repository", ".."), "../shared/data/github-webhooks");
		if (Files.isDirectory(shared)) {
			try (Stream<Path> files = Files.list(shared)) {
				for (Path file : files.sorted().toList()) {
					payloads.add(Files.readAllBytes(file));
				}
			}
		}
		System.getLogger("matrix").log(System.Logger.Level.INFO, payloads.size() + " plain payloads");
		return payloads;
	}

	private Peer peer(String name) {
		return this.peers.stream().filter((peer) -> peer.name().equals(name)).findFirst().orElseThrow();
	}

}
