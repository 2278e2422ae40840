package io.meshbridge.broker;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.meshbridge.bridge.test.broker.FreePort;
import org.awaitility.Awaitility;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The broker, from outside.
 */
@ExtendWith(OutputCaptureExtension.class)
class EmbeddedBrokerIT {

	@TempDir
	private Path folder = Path.of("");

	private final int port = FreePort.any();

	private final int amqpPort = FreePort.any();

	private final ApplicationContextRunner gateway = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(EmbeddedBrokerAutoConfiguration.class))
		.withPropertyValues("meshbridge.embedded-broker.mqtt.port=" + this.port,
				"meshbridge.embedded-broker.amqp.port=" + this.amqpPort);

	@Test
	void keepsMessagesAndSessionsOverARestart() {
		ApplicationContextRunner here = this.gateway.withPropertyValues("meshbridge.data-dir=" + this.folder);
		here.run((context) -> {
			assertThat(context.getBean("embeddedBrokerHealthIndicator", HealthIndicator.class).health())
				.satisfies((health) -> assertThat(health.getStatus()).isEqualTo(Status.UP));
			try (Client subscriber = new Client("subscriber")) {
				subscriber.client.subscribe("$share/group/plant/+", 1).waitForCompletion(30_000);
				subscriber.client.subscribe("alone/#", 1).waitForCompletion(30_000);
			}
			try (Client publisher = new Client("publisher")) {
				for (int i = 0; i < 100; i++) {
					publisher.publish("plant/a", "shared " + i);
					publisher.publish("alone/a", "alone " + i);
				}
			}
		});
		here.run((context) -> {
			try (Client publisher = new Client("publisher")) {
				publisher.publish("plant/a", "shared after");
				publisher.publish("alone/a", "alone after");
			}
			try (Client subscriber = new Client("subscriber")) {
				Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> subscriber.received.size() >= 202);
				assertThat(subscriber.received).hasSize(202)
					.doesNotHaveDuplicates()
					.contains("shared after", "alone after", "shared 0", "alone 99");
			}
		});
		assertThat(this.folder.resolve("broker/journal")).isNotEmptyDirectory();
	}

	@Test
	void aClientThatIsBackAndSubscribesAgainGetsEachSharedMessageOnceAndInOrder() {
		String filter = "$share/group/plant/+";
		this.gateway.withPropertyValues("meshbridge.data-dir=" + this.folder).run((context) -> {
			try (Client subscriber = new Client("subscriber")) {
				subscriber.client.subscribe(filter, 1).waitForCompletion(30_000);
			}
			List<String> sent = IntStream.range(0, 50).mapToObj(String::valueOf).toList();
			try (Client publisher = new Client("publisher"); Client subscriber = new Client("subscriber", true)) {
				for (String text : sent.subList(0, 30)) {
					publisher.publish("plant/a", text);
				}
				Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> subscriber.received.size() == 30);
				IMqttToken again = subscriber.client.subscribe(filter, 1);
				again.waitForCompletion(30_000);
				assertThat(again.getReasonCodes()).containsExactly(1);
				for (String text : sent.subList(30, 50)) {
					publisher.publish("plant/a", text);
				}
				Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> subscriber.received.contains("49"));
				assertThat(subscriber.received).isEqualTo(sent);
				subscriber.client.unsubscribe(filter).waitForCompletion(30_000);
				subscriber.client.subscribe(filter, 1).waitForCompletion(30_000);
				publisher.publish("plant/a", "after");
				Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> subscriber.received.contains("after"));
			}
		});
	}

	@Test
	void saysWhichPortIsTakenAndWhatToDo() throws Exception {
		try (ServerSocket taken = new ServerSocket(this.port, 1, InetAddress.getLoopbackAddress())) {
			this.gateway.withPropertyValues("meshbridge.data-dir=" + this.folder)
				.run((context) -> assertThat(context).hasFailed()
					.getFailure()
					.rootCause()
					.satisfies((root) -> assertThat(context.getStartupFailure())
						.hasStackTraceContaining("MQTT on 127.0.0.1:" + taken.getLocalPort())
						.hasStackTraceContaining("meshbridge.embedded-broker.mqtt.port")));
		}
	}

	@Test
	void saysThatAnotherGatewayHasTheJournal() {
		this.gateway.withPropertyValues("meshbridge.data-dir=" + this.folder)
			.run((first) -> new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(EmbeddedBrokerAutoConfiguration.class))
				.withPropertyValues("meshbridge.embedded-broker.mqtt.port=" + FreePort.any(),
						"meshbridge.embedded-broker.amqp.port=" + FreePort.any(), "meshbridge.data-dir=" + this.folder)
				.run((second) -> assertThat(second).getFailure().hasStackTraceContaining("meshbridge.data-dir")));
	}

	@Test
	void leavesTheJournalToOthersWhenAnotherBeanCanNotBeMade() {
		ApplicationContextRunner here = this.gateway.withPropertyValues("meshbridge.data-dir=" + this.folder);
		here.withBean("broken", String.class, () -> {
			throw new IllegalStateException("not to be made");
		}, (broken) -> broken.setDependsOn("embeddedBroker"))
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("not to be made"));
		assertThat(this.folder.resolve("broker/journal")).isNotEmptyDirectory();
		here.run((context) -> assertThat(listeners(context)).containsExactly("mqtt", "amqp"));
	}

	@Test
	void listensForNothingWhenTheUserHasBrokersAndDoesNotRunWhenSwitchedOff() {
		this.gateway
			.withPropertyValues("meshbridge.data-dir=" + this.folder, "meshbridge.mqtt.url[0]=tcp://broker:1883",
					"meshbridge.amqp10.url=amqp://broker")
			.run((context) -> assertThat(listeners(context)).isEmpty());
		this.gateway.withPropertyValues("meshbridge.embedded-broker.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(EmbeddedBroker.class));
	}

	@Test
	void doesNotListenForMqttWhenEachBinderHasABrokerOfItsOwn() {
		ApplicationContextRunner named = this.gateway.withPropertyValues("meshbridge.data-dir=" + this.folder,
				"spring.cloud.stream.binders.plantA.type=mqtt",
				"spring.cloud.stream.binders.plantA.environment.meshbridge.mqtt.url=tcp://a:1883",
				"spring.cloud.stream.binders.other.type=kafka");
		named.run((context) -> assertThat(listeners(context)).containsExactly("amqp"));
		named.withPropertyValues("meshbridge.embedded-broker.enabled=true")
			.run((context) -> assertThat(listeners(context)).containsExactly("mqtt", "amqp"));
		named.withPropertyValues("spring.cloud.stream.binders.plant-b.type=mqtt")
			.run((context) -> assertThat(listeners(context)).containsExactly("mqtt", "amqp"));
		this.gateway
			.withPropertyValues("meshbridge.data-dir=" + this.folder, "spring.cloud.stream.binders.other.type=kafka")
			.run((context) -> assertThat(listeners(context)).containsExactly("mqtt", "amqp"));
	}

	@Test
	void listensForTheProtocolThatHasNoOtherBroker() {
		ApplicationContextRunner here = this.gateway.withPropertyValues("meshbridge.data-dir=" + this.folder);
		here.withPropertyValues("meshbridge.mqtt.url=tcp://broker:1883")
			.run((context) -> assertThat(listeners(context)).containsExactly("amqp"));
		here.withPropertyValues("meshbridge.amqp10.url=amqp://broker")
			.run((context) -> assertThat(listeners(context)).containsExactly("mqtt"));
		here.withPropertyValues("meshbridge.mqtt.url=tcp://broker:1883", "meshbridge.amqp10.url=amqp://broker",
				"meshbridge.embedded-broker.enabled=true")
			.run((context) -> assertThat(listeners(context)).containsExactly("mqtt", "amqp"));
		here.withPropertyValues("meshbridge.embedded-broker.amqp.enabled=false")
			.run((context) -> assertThat(listeners(context)).containsExactly("mqtt"));
	}

	private static List<String> listeners(ApplicationContext context) {
		Health health = Objects
			.requireNonNull(context.getBean("embeddedBrokerHealthIndicator", HealthIndicator.class).health());
		return Stream.of("mqtt", "amqp").filter((key) -> health.getDetails().containsKey(key)).toList();
	}

	@Test
	void saysThatTheAmqpPortIsTaken() throws Exception {
		try (ServerSocket taken = new ServerSocket(this.amqpPort, 1, InetAddress.getLoopbackAddress())) {
			this.gateway.withPropertyValues("meshbridge.data-dir=" + this.folder)
				.run((context) -> assertThat(context).getFailure()
					.hasStackTraceContaining("AMQP 1.0 on 127.0.0.1:" + taken.getLocalPort())
					.hasStackTraceContaining("meshbridge.embedded-broker.amqp.port")
					.hasStackTraceContaining("meshbridge.amqp10.url"));
		}
	}

	@Test
	void twoGatewaysThatStartAtOnceBothHaveACleanOutcome(CapturedOutput output) throws Exception {
		// Another program takes the port after the gateway has begun to start.
		BrokerListener amqp = new BrokerListener("AMQP 1.0", "AMQP", "amqp", "amqp10", this.amqpPort, false);
		BrokerListener mqtt = new BrokerListener("MQTT", "MQTT", "mqtt", "mqtt", this.port, true);
		EmbeddedBroker broker = new EmbeddedBroker(
				Binder.get(new MockEnvironment())
					.bindOrCreate("meshbridge.embedded-broker", EmbeddedBrokerProperties.class),
				this.folder, List.of(mqtt, amqp), null);
		try (ServerSocket taken = new ServerSocket(this.amqpPort, 1, InetAddress.getLoopbackAddress())) {
			broker.start();
			assertThat(broker.listensOn()).isEqualTo("MQTT on 127.0.0.1:" + this.port);
			assertThat(broker.entrance("amqp10")).isNull();
			assertThat(output).contains("does not listen for AMQP 1.0, as 127.0.0.1:" + taken.getLocalPort())
				.contains("meshbridge.embedded-broker.amqp.port")
				.doesNotContain("\tat ");
		}
		finally {
			broker.stop();
		}
	}

	/**
	 * A client with a session that it comes back to.
	 */
	private final class Client implements AutoCloseable, MqttCallback {

		private final MqttAsyncClient client;

		private final List<String> received = Collections.synchronizedList(new ArrayList<>());

		Client(String id) throws MqttException {
			this(id, false);
		}

		/** One that acknowledges nothing, if so wanted. */
		Client(String id, boolean silent) throws MqttException {
			this.client = new MqttAsyncClient("tcp://127.0.0.1:" + EmbeddedBrokerIT.this.port, id,
					new MemoryPersistence());
			this.client.setCallback(this);
			this.client.setManualAcks(silent);
			MqttConnectionOptions options = new MqttConnectionOptions();
			options.setCleanStart(false);
			options.setSessionExpiryInterval(3600L);
			this.client.connect(options).waitForCompletion(30_000);
		}

		void publish(String topic, String text) throws MqttException {
			this.client.publish(topic, text.getBytes(StandardCharsets.UTF_8), 1, false).waitForCompletion(30_000);
		}

		@Override
		public void messageArrived(String topic, MqttMessage message) {
			this.received.add(new String(message.getPayload(), StandardCharsets.UTF_8));
		}

		@Override
		public void close() throws MqttException {
			this.client.disconnectForcibly(200, 200, true);
			this.client.close(true);
		}

		@Override
		public void disconnected(MqttDisconnectResponse response) {
		}

		@Override
		public void mqttErrorOccurred(MqttException exception) {
		}

		@Override
		public void deliveryComplete(IMqttToken token) {
		}

		@Override
		public void connectComplete(boolean reconnect, String serverUri) {
		}

		@Override
		public void authPacketArrived(int reasonCode, MqttProperties properties) {
		}

	}

}
