package io.meshbridge.broker.channel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.binding.BoundSource;
import io.meshbridge.bridge.binding.BoundTarget;
import io.meshbridge.bridge.channel.ChannelStatus;
import io.meshbridge.bridge.channel.ChannelStore;
import io.meshbridge.bridge.channel.UnknownChannelException;
import io.meshbridge.bridge.test.EventAssert;
import io.meshbridge.bridge.test.SampleEvent;
import io.meshbridge.bridge.test.SampleEvents;
import io.meshbridge.bridge.test.broker.FreePort;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binder.BinderTypeRegistry;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ChannelsIT {

	private static final Duration PATIENCE = Duration.ofSeconds(40);

	@TempDir
	private Path folder = Path.of("");

	private @Nullable Gateway running;

	@BeforeEach
	void start() {
		this.running = new Gateway(this.folder);
	}

	@AfterEach
	void stop() {
		gateway().close();
	}

	private Gateway gateway() {
		return Objects.requireNonNull(this.running);
	}

	private void restart() {
		stop();
		start();
	}

	@Test
	void everySampleEventIsTheSameWhenItIsRead() throws Exception {
		gateway().channels.declare("samples", Set.of("g"));
		BoundTarget target = gateway().target("samples");
		List<SampleEvent> samples = SampleEvents.all();
		for (SampleEvent sample : samples) {
			send(target, sample.event(), null, null).get(40, TimeUnit.SECONDS);
		}
		restart();
		BlockingQueue<InboundMessage> inbox = gateway().source("samples", "g");
		for (SampleEvent sample : samples) {
			InboundMessage message = next(inbox);
			EventAssert.assertThatEvent(event(message)).isSameEventAs(sample.event());
			message.accept();
		}
	}

	@Test
	void largeEventsAreTheSameToo() throws Exception {
		gateway().channels.declare("large", Set.of("g"));
		BoundTarget target = gateway().target("large");
		List<CloudEvent> large = List.of(SampleEvents.ofSize(200_000), SampleEvents.ofSize(1_048_576),
				SampleEvents.ofSize(5_000_000));
		for (CloudEvent event : large) {
			send(target, event, null, null).get(40, TimeUnit.SECONDS);
		}
		BlockingQueue<InboundMessage> inbox = gateway().source("large", "g");
		for (CloudEvent event : large) {
			EventAssert.assertThatEvent(event(next(inbox))).isSameEventAs(event);
		}
	}

	@Test
	void keysComeBackAsTheyWere() throws Exception {
		gateway().channels.declare("keys", Set.of("g"));
		BoundTarget target = gateway().target("keys");
		byte[] key = { 0, (byte) 0xff, 7 };
		send(target, SampleEvents.text("a"), key, ByteBuffer.wrap(key)).get(40, TimeUnit.SECONDS);
		send(target, SampleEvents.text("b"), null, "plant/a").get(40, TimeUnit.SECONDS);
		send(target, SampleEvents.text("c"), null, null).get(40, TimeUnit.SECONDS);
		BlockingQueue<InboundMessage> inbox = gateway().source("keys", "g");
		InboundMessage first = next(inbox);
		assertThat(first.recordKey()).isEqualTo(key);
		assertThat(first.orderKey()).isEqualTo(ByteBuffer.wrap(key));
		InboundMessage second = next(inbox);
		assertThat(second.recordKey()).isNull();
		assertThat(second.orderKey()).isEqualTo("plant/a");
		assertThat(next(inbox).orderKey()).isNull();
	}

	@Test
	void eachGroupGetsEveryEventAndItsReadersShareThem() throws Exception {
		gateway().channels.declare("orders", Set.of("billing", "archive"));
		BlockingQueue<InboundMessage> billing = gateway().source("orders", "billing");
		BlockingQueue<InboundMessage> archiveA = gateway().source("orders", "archive");
		BlockingQueue<InboundMessage> archiveB = gateway().source("orders", "archive");
		List<CompletableFuture<Void>> sent = new ArrayList<>();
		BoundTarget target = gateway().target("orders");
		for (int i = 0; i < 100; i++) {
			sent.add(send(target, SampleEvents.text("order " + i), null, null));
		}
		CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(40, TimeUnit.SECONDS);
		for (int i = 0; i < 100; i++) {
			assertThat(data(next(billing))).isEqualTo("order " + i);
		}
		Awaitility.await().atMost(PATIENCE).until(() -> archiveA.size() + archiveB.size() == 100);
		assertThat(archiveA).isNotEmpty();
		assertThat(archiveB).isNotEmpty();
	}

	@Test
	void whatIsNotAcceptedComesAgainAfterARestartAndTheRestDoesNot() throws Exception {
		gateway().channels.declare("orders", Set.of("g"));
		BoundTarget target = gateway().target("orders");
		for (int i = 0; i < 6; i++) {
			send(target, SampleEvents.text("order " + i), null, null).get(40, TimeUnit.SECONDS);
		}
		BlockingQueue<InboundMessage> inbox = gateway().source("orders", "g");
		List<InboundMessage> all = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			all.add(next(inbox));
		}
		// Out of order.
		all.get(4).accept();
		all.get(1).accept();
		all.get(0).accept();
		Awaitility.await().atMost(PATIENCE).until(() -> gateway().depth("orders") == 3);
		restart();
		BlockingQueue<InboundMessage> again = gateway().source("orders", "g");
		assertThat(List.of(data(next(again)), data(next(again)), data(next(again)))).containsExactly("order 2",
				"order 3", "order 5");
	}

	@Test
	void aRefusedEventComesAgain() throws Exception {
		gateway().channels.declare("orders", Set.of("g"));
		BlockingQueue<InboundMessage> inbox = gateway().source("orders", "g");
		send(gateway().target("orders"), SampleEvents.text("refused"), null, null).get(40, TimeUnit.SECONDS);
		next(inbox).refuse(new IllegalStateException("nobody took it"));
		InboundMessage again = next(inbox);
		assertThat(data(again)).isEqualTo("refused");
		again.accept();
		Awaitility.await().atMost(PATIENCE).until(() -> gateway().depth("orders") == 0);
	}

	@Test
	void whatCameBeforeTheFirstReaderIsKeptForIt() throws Exception {
		gateway().channels.declare("dead-letters", Set.of());
		BoundTarget target = gateway().target("dead-letters");
		send(target, SampleEvents.text("early"), null, null).get(40, TimeUnit.SECONDS);
		// The journal confirms a moment before the queue counts.
		Awaitility.await().atMost(PATIENCE).until(() -> gateway().depth("dead-letters") == 1);
		gateway().channels.declare("dead-letters", Set.of("audit"));
		send(target, SampleEvents.text("late"), null, null).get(40, TimeUnit.SECONDS);
		assertThat(gateway().status("dead-letters").groups()).extracting(ChannelStatus.Group::name)
			.containsExactly("audit");
		BlockingQueue<InboundMessage> inbox = gateway().source("dead-letters", "audit");
		assertThat(List.of(data(next(inbox)), data(next(inbox)))).containsExactly("early", "late");
	}

	@Test
	void anOperatorSeesDepthAgeAndRatesAndMayPurgeAndDelete() throws Exception {
		gateway().channels.declare("orders", Set.of("a", "b"));
		assertThat(gateway().status("orders").oldestAge()).isNull();
		BoundTarget target = gateway().target("orders");
		for (int i = 0; i < 3; i++) {
			send(target, SampleEvents.text("order"), null, null).get(40, TimeUnit.SECONDS);
		}
		Awaitility.await().atMost(PATIENCE).until(() -> gateway().depth("orders") == 6);
		ChannelStatus status = gateway().status("orders");
		assertThat(status.in()).isEqualTo(3);
		assertThat(status.oldestAge()).isBetween(Duration.ZERO, PATIENCE);
		assertThat(status.groups()).containsExactly(new ChannelStatus.Group("a", 3L, 0),
				new ChannelStatus.Group("b", 3L, 0));
		assertThat(gateway().channels.purge("orders")).isEqualTo(6);
		Awaitility.await().atMost(PATIENCE).until(() -> gateway().depth("orders") == 0);
		gateway().channels.delete("orders");
		assertThat(gateway().channels.channels()).isEmpty();
		assertThatExceptionOfType(UnknownChannelException.class).isThrownBy(() -> gateway().channels.purge("orders"))
			.withMessage("there is no channel 'orders'");
	}

	@Test
	void aFullDiskRefusesEventsByItsName() throws Exception {
		gateway().channels.declare("orders", Set.of("g"));
		send(gateway().target("orders"), SampleEvents.text("before"), null, null).get(40, TimeUnit.SECONDS);
		stop();
		this.running = new Gateway(this.folder, "meshbridge.embedded-broker.min-disk-free", "1TB");
		assertThat(send(gateway().target("orders"), SampleEvents.text("refused"), null, null)).failsWithin(PATIENCE)
			.withThrowableThat()
			.havingRootCause()
			.isInstanceOfSatisfying(SendException.class, (failure) -> {
				assertThat(failure.permanent()).isFalse();
				assertThat(failure.code()).isEqualTo("DISK_FULL");
			});
		InboundMessage kept = next(gateway().source("orders", "g"));
		assertThat(data(kept)).isEqualTo("before");
		kept.accept();
		restart();
		send(gateway().target("orders"), SampleEvents.text("after"), null, null).get(40, TimeUnit.SECONDS);
		assertThat(data(next(gateway().source("orders", "g")))).isEqualTo("after");
	}

	@Test
	void anAmqpClientReadsAGroupAndCanNotWrite() throws Exception {
		stop();
		int port = FreePort.any();
		this.running = new Gateway(this.folder, "meshbridge.embedded-broker.amqp.port", "" + port);
		gateway().channels.declare("orders", Set.of("g"));
		send(gateway().target("orders"), SampleEvents.text("order"), null, null).get(40, TimeUnit.SECONDS);
		try (JMSContext jms = new JmsConnectionFactory("amqp://127.0.0.1:" + port).createContext()) {
			Message message = jms.createConsumer(jms.createQueue("$channel.orders::$channel.orders/g"))
				.receive(PATIENCE.toMillis());
			assertThat(message.getStringProperty("cloudEvents_specversion")).isEqualTo("1.0");
			assertThat(message.getBody(byte[].class)).asString(StandardCharsets.UTF_8).isEqualTo("order");
			assertThatExceptionOfType(JMSRuntimeException.class)
				.isThrownBy(() -> jms.createProducer().send(jms.createQueue("$channel.orders"), "forged"));
		}
		Awaitility.await().atMost(PATIENCE).until(() -> gateway().depth("orders") == 0);
	}

	@Test
	void keepsAnEventUntilItsTimeAlsoOverARestart() throws Exception {
		gateway().channels.declare("orders", Set.of("g"));
		Instant due = Instant.now().plusSeconds(12).truncatedTo(ChronoUnit.MILLIS);
		BoundTarget target = gateway().target("orders");
		BlockingQueue<InboundMessage> before = gateway().source("orders", "g");
		for (int i = 0; i < 3; i++) {
			sendLater(target, SampleEvents.text("later " + i), due).get(40, TimeUnit.SECONDS);
		}
		send(target, SampleEvents.text("now"), null, "k").get(40, TimeUnit.SECONDS);
		InboundMessage first = next(before);
		assertThat(data(first)).isEqualTo("now");
		first.accept();
		Awaitility.await().atMost(PATIENCE).until(() -> gateway().depth("orders") == 3);
		gateway().close();
		this.running = new Gateway(this.folder);
		BlockingQueue<InboundMessage> after = gateway().source("orders", "g");
		int early = after.size();
		if (Instant.now().isBefore(due)) {
			assertThat(early).as("before their time").isZero();
		}
		for (int i = 0; i < 3; i++) {
			InboundMessage message = next(after);
			assertThat(Instant.now()).isAfterOrEqualTo(due);
			assertThat(data(message)).isEqualTo("later " + i);
			message.accept();
		}
		Awaitility.await().atMost(PATIENCE).until(() -> gateway().depth("orders") == 0);
	}

	private static CompletableFuture<Void> sendLater(BoundTarget target, CloudEvent event, Instant notBefore) {
		return target.target().send(new Outbound(event, null, "k", ContentMode.BINARY, PATIENCE, null, notBefore));
	}

	@Test
	void whatTheChannelCanNotStoreAnyMoreFails() throws Exception {
		gateway().channels.declare("orders", Set.of());
		BoundTarget target = gateway().target("orders");
		target.unbind();
		assertThat(send(target, SampleEvents.text("late"), null, null)).failsWithin(PATIENCE)
			.withThrowableThat()
			.havingRootCause()
			.isInstanceOfSatisfying(SendException.class, (failure) -> assertThat(failure.permanent()).isFalse());
	}

	private static CompletableFuture<Void> send(BoundTarget target, CloudEvent event, byte @Nullable [] recordKey,
			@Nullable Object orderKey) {
		return target.target().send(new Outbound(event, recordKey, orderKey, ContentMode.BINARY, PATIENCE));
	}

	private static InboundMessage next(BlockingQueue<InboundMessage> inbox) throws InterruptedException {
		InboundMessage message = inbox.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		assertThat(message).as("an event within " + PATIENCE).isNotNull();
		return Objects.requireNonNull(message);
	}

	private static CloudEvent event(InboundMessage message) {
		return ((Content.Event) message.content()).event();
	}

	private static String data(InboundMessage message) {
		return new String(Objects.requireNonNull(event(message).getData()).toBytes(), StandardCharsets.UTF_8);
	}

	/**
	 * As much of a gateway as it takes to use channels through the SPI.
	 */
	private static final class Gateway implements AutoCloseable {

		private final ConfigurableApplicationContext context;

		private final Bindings bindings;

		private final List<BoundSource> sources = new ArrayList<>();

		private final List<BoundTarget> targets = new ArrayList<>();

		final ChannelStore channels;

		Gateway(Path folder) {
			this(folder, "meshbridge.embedded-broker.min-disk-free", "100MB");
		}

		Gateway(Path folder, String property, String value) {
			Map<String, Object> properties = Map.of("spring.main.banner-mode", "off", "logging.level.root", "WARN",
					"meshbridge.data-dir", folder.toString(), "meshbridge.embedded-broker.mqtt.enabled", "false",
					"meshbridge.embedded-broker.amqp.enabled", property.endsWith("amqp.port") ? "true" : "false",
					property, value);
			this.context = new SpringApplicationBuilder(App.class).web(WebApplicationType.NONE)
				.properties(properties)
				.run();
			this.channels = this.context.getBean(ChannelStore.class);
			this.bindings = new Bindings(this.context.getBean(BinderFactory.class),
					this.context.getBean(BindingServiceProperties.class),
					this.context.getBean(BinderTypeRegistry.class),
					List.copyOf(this.context.getBeansOfType(Bridge.class).values()), this.context);
		}

		BlockingQueue<InboundMessage> source(String channel, String group) {
			BlockingQueue<InboundMessage> inbox = new LinkedBlockingQueue<>();
			this.sources
				.add(this.bindings.bindSource(
						new SourceSpec("in-" + this.sources.size(), this.channels.binderName(),
								this.channels.destination(channel), group, 1000),
						(message, source) -> inbox.add(message)));
			return inbox;
		}

		BoundTarget target(String channel) {
			BoundTarget target = this.bindings.bindTarget(new TargetSpec("out-" + this.targets.size(),
					this.channels.binderName(), this.channels.destination(channel)));
			this.targets.add(target);
			return target;
		}

		long depth(String channel) {
			return Objects.requireNonNull(status(channel).depth());
		}

		ChannelStatus status(String channel) {
			return this.channels.channels()
				.stream()
				.filter((status) -> status.name().equals(channel))
				.findFirst()
				.orElseThrow();
		}

		@Override
		public void close() {
			this.sources.forEach(BoundSource::unbind);
			this.targets.forEach(BoundTarget::unbind);
			this.context.close();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

	}

}
