package io.meshbridge.bridge.rabbit;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.BoundSource;
import io.meshbridge.bridge.binding.BoundTarget;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The bridge on a real RabbitMQ.
 */
class RabbitBridgeIT {

	private static final RabbitServer server = new RabbitServer();

	private static RabbitGateway gateway;

	private final String name = "t" + UUID.randomUUID().toString().substring(0, 8);

	private final BlockingQueue<InboundMessage> received = new LinkedBlockingQueue<>();

	@BeforeAll
	static void start() {
		assumeThat(RabbitServer.installed()).as("rabbitmq-server is installed").isTrue();
		server.start();
		gateway = new RabbitGateway(server.port(),
				"spring.cloud.stream.rabbit.bindings.direct-out.producer.routing-key=direct-queue",
				"spring.cloud.stream.rabbit.bindings.keyed-out.producer.routing-key-expression=headers['cloudEvents_type'] + '.x'",
				"spring.cloud.stream.rabbit.bindings.existing-in.consumer.queue-name-group-only=true",
				"spring.cloud.stream.rabbit.bindings.existing-in.consumer.bind-queue=false",
				"spring.cloud.stream.rabbit.bindings.existing-in.consumer.declare-exchange=false");
	}

	@AfterAll
	static void stop() {
		if (gateway != null) {
			gateway.close();
		}
		server.close();
	}

	private static CloudEvent event(String id) {
		return CloudEventBuilder.v1()
			.withId(id)
			.withSource(URI.create("/source"))
			.withType("type")
			.withTime(OffsetDateTime.parse("2026-11-21T10:11:12.123456789+01:00"))
			.withData("application/json", "{\"a\":1}".getBytes(StandardCharsets.UTF_8))
			.withExtension("number", 42)
			.withExtension("flag", true)
			.withExtension("bytes", new byte[] { 0, (byte) 0xff })
			.withExtension("text", "Euro €")
			.build();
	}

	private InboundMessage next() throws InterruptedException {
		InboundMessage message = this.received.poll(40, TimeUnit.SECONDS);
		assertThat(message).isNotNull();
		return message;
	}

	private static CloudEvent eventIn(InboundMessage message) {
		assertThat(message.content()).isInstanceOf(Content.Event.class);
		return ((Content.Event) message.content()).event();
	}

	private static SendException failure(CompletableFuture<Void> sent) {
		ExecutionException failed = catchThrowableOfType(ExecutionException.class,
				() -> sent.get(30, TimeUnit.SECONDS));
		assertThat(failed).isNotNull();
		assertThat(failed.getCause()).isInstanceOf(SendException.class);
		return (SendException) failed.getCause();
	}

	@Test
	void eventsTravelInBothModes() throws Exception {
		BoundSource source = gateway.bindSource(this.name, "g", this.received::add);
		BoundTarget target = gateway.bindTarget(this.name);
		target.target().send(RabbitGateway.binary(event("1"))).get(20, TimeUnit.SECONDS);
		target.target().send(RabbitGateway.structured(event("2"))).get(20, TimeUnit.SECONDS);
		for (String id : List.of("1", "2")) {
			InboundMessage message = next();
			CloudEvent event = eventIn(message);
			assertThat(event.getId()).isEqualTo(id);
			assertThat(event.getTime()).isEqualTo(event("1").getTime());
			assertThat(event.getData()).isEqualTo(event("1").getData());
			assertThat(event.getExtension("number")).isEqualTo(42);
			assertThat(event.getExtension("flag")).isEqualTo(true);
			assertThat(event.getExtension("text")).isEqualTo("Euro €");
			message.accept();
		}
		awaitQueue(this.name + ".g", 0);
		source.unbind();
		target.unbind();
	}

	/**
	 * Waits until a queue that nobody reads any more, or that is read, holds so many
	 * messages that are ready.
	 */
	private static void awaitQueue(String queue, int messages) throws Exception {
		try (Connection connection = server.client().newConnection(); Channel channel = connection.createChannel()) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(40))
				.until(() -> channel.queueDeclarePassive(queue).getMessageCount() == messages);
		}
	}

	@Test
	void settledMessagesStayAwayAndOthersComeAgain() throws Exception {
		BoundSource source = gateway.bindSource(this.name, "g", this.received::add);
		BoundTarget target = gateway.bindTarget(this.name);
		List<CompletableFuture<Void>> sent = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			sent.add(target.target().send(RabbitGateway.binary(event("" + i))));
		}
		for (CompletableFuture<Void> one : sent) {
			one.get(20, TimeUnit.SECONDS);
		}
		List<InboundMessage> messages = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			messages.add(next());
		}
		for (int i = 99; i >= 0; i--) {
			if (i == 50) {
				messages.get(i).refuse(new IllegalStateException("not now"));
			}
			else if (i % 10 != 0) {
				messages.get(i).accept();
				messages.get(i).accept();
			}
		}
		InboundMessage again = next();
		assertThat(eventIn(again).getId()).isEqualTo("50");
		again.accept();
		Awaitility.await().untilAsserted(() -> assertThat(this.received).isEmpty());
		source.unbind();
		messages.get(10).accept();
		awaitQueue(this.name + ".g", 9);
		source = gateway.bindSource(this.name, "g", this.received::add);
		List<String> left = new ArrayList<>();
		for (int i = 0; i < 9; i++) {
			InboundMessage message = next();
			left.add(eventIn(message).getId());
			message.accept();
		}
		assertThat(left).containsExactly("0", "10", "20", "30", "40", "60", "70", "80", "90");
		source.unbind();
		target.unbind();
	}

	@Test
	void plainMessageHasAStableIdAndPlaceholders() throws Exception {
		BoundSource source = gateway.bindSource(this.name, "g", this.received::add);
		try (Connection connection = server.client().newConnection(); Channel channel = connection.createChannel()) {
			channel.basicPublish(this.name, "plant.a.temperature",
					new AMQP.BasicProperties.Builder().contentType("text/plain").headers(Map.of("site", "ulm")).build(),
					"21".getBytes(StandardCharsets.UTF_8));
		}
		InboundMessage first = next();
		Content.Plain plain = (Content.Plain) first.content();
		assertThat(plain.message().source()).isEqualTo("/rabbit/" + this.name);
		assertThat(plain.message().subject()).isEqualTo("plant.a.temperature");
		assertThat(plain.message().property("topic[1]")).isEqualTo("a");
		assertThat(plain.message().property("topic[3]")).isNull();
		assertThat(plain.message().property("header.site")).isEqualTo("ulm");
		first.refuse(new IllegalStateException("not now"));
		InboundMessage second = next();
		assertThat(((Content.Plain) second.content()).message().id()).isEqualTo(plain.message().id());
		second.accept();
		source.unbind();
	}

	@Test
	void unroutableEventIsAPermanentFailure() {
		BoundTarget target = gateway.bindTarget(this.name);
		List<CompletableFuture<Void>> sent = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			sent.add(target.target().send(RabbitGateway.binary(event("" + i))));
		}
		for (CompletableFuture<Void> one : sent) {
			SendException failure = failure(one);
			assertThat(failure.permanent()).isTrue();
			assertThat(failure.code()).isEqualTo("NO_ROUTE");
			assertThat(failure).hasMessageContaining("exchange '" + this.name + "'")
				.hasMessageContaining("no queue is bound");
		}
		target.unbind();
	}

	@Test
	void missingExchangeIsAPermanentFailureUntilItIsThere() throws Exception {
		BoundTarget target = gateway.bindTarget(this.name);
		try (Connection connection = server.client().newConnection(); Channel channel = connection.createChannel()) {
			// The binder declares it again on each new connection, so there has to be
			// one.
			assertThat(failure(target.target().send(RabbitGateway.binary(event("0")))).code()).isEqualTo("NO_ROUTE");
			channel.exchangeDelete(this.name);
			SendException failure = failure(target.target().send(RabbitGateway.binary(event("1"))));
			assertThat(failure.permanent()).isTrue();
			assertThat(failure.code()).isEqualTo("NOT_FOUND");
			assertThat(failure).hasMessageContaining("'" + this.name + "'");
			channel.exchangeDeclare(this.name, "topic", true);
			channel.queueDeclare(this.name, true, false, false, null);
			channel.queueBind(this.name, this.name, "#");
			target.target().send(RabbitGateway.binary(event("2"))).get(20, TimeUnit.SECONDS);
		}
		target.unbind();
	}

	@Test
	void forbiddenExchangeIsAPermanentFailure() throws Exception {
		BoundTarget target = gateway.bindTarget(this.name);
		assertThat(failure(target.target().send(RabbitGateway.binary(event("0")))).code()).isEqualTo("NO_ROUTE");
		try (Connection connection = server.client().newConnection(); Channel channel = connection.createChannel()) {
			channel.exchangeDelete(this.name);
			channel.exchangeDeclare(this.name, "topic", true, false, true, null);
		}
		SendException failure = failure(target.target().send(RabbitGateway.binary(event("1"))));
		assertThat(failure.permanent()).isTrue();
		assertThat(failure.code()).isEqualTo("ACCESS_REFUSED");
		target.unbind();
	}

	@Test
	void whatTheBrokerFindsTooLargeIsAPermanentFailure() throws Exception {
		try (RabbitGateway generous = new RabbitGateway(server.port(), "meshbridge.rabbit.max-message-size=100MB")) {
			BoundTarget target = generous.bindTarget(this.name);
			CloudEvent large = CloudEventBuilder.v1(event("1")).withData(new byte[20_000_001]).build();
			SendException failure = failure(target.target().send(RabbitGateway.binary(large)));
			assertThat(failure.permanent()).isTrue();
			assertThat(failure.code()).isEqualTo("TOO_LARGE");
			assertThat(failure).hasMessageContaining("20,000,000 bytes");
		}
	}

	@Test
	void whatDoesNotFitIsAPermanentFailureAndOthersPass() throws Exception {
		BoundSource source = gateway.bindSource(this.name, "g", this.received::add);
		BoundTarget target = gateway.bindTarget(this.name);
		CompletableFuture<Void> before = target.target().send(RabbitGateway.binary(event("1")));
		CloudEvent wide = CloudEventBuilder.v1(event("2")).withExtension("wide", "x".repeat(200_000)).build();
		CompletableFuture<Void> failed = target.target().send(RabbitGateway.binary(wide));
		CloudEvent longName = CloudEventBuilder.v1(event("3")).withExtension("n".repeat(250), "x").build();
		CompletableFuture<Void> named = target.target().send(RabbitGateway.binary(longName));
		CompletableFuture<Void> after = target.target().send(RabbitGateway.binary(event("4")));
		before.get(20, TimeUnit.SECONDS);
		after.get(20, TimeUnit.SECONDS);
		assertThat(failure(failed).code()).isEqualTo("NOT_REPRESENTABLE");
		assertThat(failure(named)).hasMessageContaining("n".repeat(250));
		target.target().send(RabbitGateway.structured(wide)).get(20, TimeUnit.SECONDS);
		for (String id : List.of("1", "4", "2")) {
			InboundMessage message = next();
			assertThat(eventIn(message).getId()).isEqualTo(id);
			message.accept();
		}
		source.unbind();
		target.unbind();
	}

	@Test
	void cancelledOrInterruptedSendIsAFailure() {
		BoundTarget target = gateway.bindTarget(this.name);
		CompletableFuture<Void> cancelled = target.target().send(RabbitGateway.binary(event("1")));
		cancelled.cancel(true);
		assertThat(cancelled).isCancelled();
		Thread.currentThread().interrupt();
		CompletableFuture<Void> interrupted = target.target().send(RabbitGateway.binary(event("2")));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(failure(interrupted).code()).isEqualTo("INTERRUPTED");
		target.unbind();
	}

	@Test
	void blockedBrokerDoesNotBlockCallers() throws Exception {
		BoundSource source = gateway.bindSource(this.name, "g", this.received::add);
		BoundTarget target = gateway.bindTarget(this.name);
		target.target().send(RabbitGateway.binary(event("0"))).get(20, TimeUnit.SECONDS);
		server.control("set_vm_memory_high_watermark", "absolute", "1MB");
		try {
			List<CompletableFuture<Void>> sent = new ArrayList<>();
			for (int i = 1; i < 1000; i++) {
				CloudEvent event = CloudEventBuilder.v1(event("" + i)).withData(new byte[10_000]).build();
				sent.add(target.target().send(new Outbound(event, null, ContentMode.BINARY, Duration.ofSeconds(8))));
			}
			SendException failure = failure(sent.get(sent.size() - 1));
			assertThat(failure.permanent()).isFalse();
			assertThat(failure.code()).isIn("TIMEOUT", "ABORTED");
			assertThat(failure).hasMessageContaining("blocked publishers");
		}
		finally {
			server.control("set_vm_memory_high_watermark", "absolute", "1GB");
		}
		sendUntilAccepted(target, RabbitGateway.binary(event("last")));
		source.unbind();
		target.unbind();
	}

	@Test
	void messageBehindOneThatWasGivenUpWhileTheBrokerHungIsNotStoredBeforeItComesAgain() throws Exception {
		BoundSource source = gateway.bindSource(this.name, "g", this.received::add);
		BoundTarget target = gateway.bindTarget(this.name);
		server.control("set_vm_memory_high_watermark", "absolute", "1MB");
		try {
			// The broker still takes what tells it that there is a publisher to block.
			target.target().send(send("warm", 60));
			List<CompletableFuture<Void>> behind = new ArrayList<>();
			CompletableFuture<Void> first = target.target().send(send("first", 3));
			for (int i = 0; i < 1000; i++) {
				behind.add(target.target().send(send("behind-" + i, 60)));
			}
			assertThat(failure(first).code()).isEqualTo("TIMEOUT");
			for (CompletableFuture<Void> one : behind) {
				assertThat(failure(one).permanent()).isFalse();
				assertThat(failure(one).code()).isEqualTo("ABORTED");
			}
		}
		finally {
			server.control("set_vm_memory_high_watermark", "absolute", "1GB");
		}
		sendUntilAccepted(target, send("first", 20));
		sendUntilAccepted(target, send("behind-0", 20));
		sendUntilAccepted(target, send("last", 20));
		List<String> ids = new ArrayList<>();
		while (!ids.contains("last")) {
			InboundMessage message = next();
			ids.add(eventIn(message).getId());
			message.accept();
		}
		assertThat(ids.indexOf("first")).isLessThan(ids.indexOf("behind-0"));
		assertThat(ids.lastIndexOf("first")).isLessThan(ids.lastIndexOf("behind-0"));
		source.unbind();
		target.unbind();
	}

	/**
	 * What comes right after a hang may fail with what was given up in it.
	 */
	private static void sendUntilAccepted(BoundTarget target, Outbound outbound) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> assertThat(target.target().send(outbound)).succeedsWithin(Duration.ofSeconds(30)));
	}

	private static Outbound send(String id, int timeoutSeconds) {
		CloudEvent event = CloudEventBuilder.v1(event(id)).withData(new byte[10_000]).build();
		return new Outbound(event, null, ContentMode.BINARY, Duration.ofSeconds(timeoutSeconds));
	}

	@Test
	void routingKeyComesFromAnExpression() throws Exception {
		try (Connection connection = server.client().newConnection(); Channel channel = connection.createChannel()) {
			BoundTarget target = gateway.bindTarget(new TargetSpec("keyed-out", "rabbit", this.name));
			channel.queueDeclare(this.name, true, false, false, null);
			channel.queueBind(this.name, this.name, "type.x");
			target.target().send(RabbitGateway.structured(event("1"))).get(20, TimeUnit.SECONDS);
			assertThat(channel.basicGet(this.name, true).getEnvelope().getRoutingKey()).isEqualTo("type.x");
			target.unbind();
		}
	}

	@Test
	void publishesToTheDefaultExchangeAndReadsAnExistingQueue() throws Exception {
		try (Connection connection = server.client().newConnection(); Channel channel = connection.createChannel()) {
			channel.queueDeclare("direct-queue", true, false, false, Map.of("x-max-length", 100));
			BoundTarget target = gateway.bindTarget(new TargetSpec("direct-out", "rabbit", "amq.default"));
			target.target().send(RabbitGateway.binary(event("1"))).get(20, TimeUnit.SECONDS);
			GetResponse stored = channel.basicGet("direct-queue", false);
			assertThat(stored.getProps().getDeliveryMode()).isEqualTo(2);
			assertThat(stored.getProps().getMessageId()).isEqualTo("1");
			assertThat(stored.getProps().getContentType()).isEqualTo("application/json");
			assertThat(stored.getProps().getHeaders().get("cloudEvents_number")).isEqualTo(42L);
			channel.basicNack(stored.getEnvelope().getDeliveryTag(), false, true);
			BoundSource source = gateway.bindSource(
					new SourceSpec("existing-in", "rabbit", "direct-queue", "direct-queue", 100), this.received::add);
			InboundMessage message = next();
			assertThat(eventIn(message).getId()).isEqualTo("1");
			message.accept();
			source.unbind();
			target.unbind();
		}
	}

}
