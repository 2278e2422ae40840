package io.meshbridge.bridge.mqtt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.binding.BoundTarget;
import io.meshbridge.bridge.test.SampleEvent;
import io.meshbridge.bridge.test.SampleEvents;
import io.meshbridge.bridge.test.broker.FreePort;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.meshbridge.bridge.test.EventAssert.assertThatEvent;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bridge and the embedded broker, which find each other with nothing configured but
 * the port.
 */
class EmbeddedBrokerBridgeIT {

	private static final int MANY = 3000;

	@TempDir
	private Path folder = Path.of("");

	private final int port = FreePort.any();

	private Gateway gateway(String version) {
		return new Gateway(Map.of("meshbridge.embedded-broker.mqtt.port", this.port, "meshbridge.data-dir",
				this.folder.toString(), "meshbridge.mqtt.version", version, "meshbridge.instance-id", "a",
				"meshbridge.embedded-broker.amqp.enabled", "false"));
	}

	private static CloudEvent event(InboundMessage message) {
		return ((Content.Event) message.content()).event();
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "3.1.1" })
	void carriesEverySampleAndKeepsWhatIsUnsettledOverARestart(String version) throws Exception {
		List<SampleEvent> samples = SampleEvents.all();
		try (Gateway gateway = gateway(version)) {
			Gateway.Inbox inbox = gateway.source("plant/+/x", "g", 1000);
			BoundTarget target = gateway.target("plant/a/x");
			for (SampleEvent sample : samples) {
				Gateway.send(target, sample.event()).get(60, TimeUnit.SECONDS);
			}
			for (SampleEvent sample : samples) {
				InboundMessage message = inbox.next();
				assertThatEvent(event(message)).isSameEventAs(sample.event());
				if (!sample.equals(samples.get(samples.size() - 1))) {
					message.accept();
				}
			}
		}
		try (Gateway gateway = gateway(version)) {
			Gateway.Inbox inbox = gateway.source("plant/+/x", "g", 1000);
			Gateway.send(gateway.target("plant/a/x"), Gateway.event("after")).get(60, TimeUnit.SECONDS);
			// Artemis may send again what was acknowledged just before it stopped.
			List<String> ids = new ArrayList<>();
			do {
				ids.add(event(inbox.next()).getId());
			}
			while (!ids.contains("after"));
			assertThat(ids).contains(samples.get(samples.size() - 1).event().getId());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "3.1.1" })
	void logsInByItselfWhereTheBrokerHasUsers(String version) throws Exception {
		try (Gateway gateway = new Gateway(
				Map.of("meshbridge.embedded-broker.mqtt.port", this.port, "meshbridge.data-dir", this.folder.toString(),
						"meshbridge.mqtt.version", version, "meshbridge.instance-id", "a",
						"meshbridge.embedded-broker.amqp.enabled", "false", "meshbridge.embedded-broker.users[0].name",
						"plant", "meshbridge.embedded-broker.users[0].password", "{noop}secret"))) {
			Gateway.Inbox inbox = gateway.source("plant/+/x", "g", 1000);
			Gateway.send(gateway.target("plant/a/x"), Gateway.event("e")).get(60, TimeUnit.SECONDS);
			assertThat(event(inbox.next()).getId()).isEqualTo("e");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "3.1.1" })
	void keepsTheOrderUnderLoad(String version) throws Exception {
		try (Gateway gateway = gateway(version)) {
			List<String> received = Collections.synchronizedList(new ArrayList<>());
			gateway.source("many", "g", 500, (message) -> {
				received.add(event(message).getId());
				message.accept();
			});
			BoundTarget target = gateway.target("many");
			List<CompletableFuture<Void>> sent = new ArrayList<>();
			for (int i = 0; i < MANY; i++) {
				sent.add(Gateway.send(target, Gateway.event("e" + i)));
			}
			CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> received.size() >= MANY);
			assertThat(received).isEqualTo(IntStream.range(0, MANY).mapToObj((i) -> "e" + i).toList());
		}
	}

}
