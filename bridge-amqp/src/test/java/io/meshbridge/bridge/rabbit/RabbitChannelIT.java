package io.meshbridge.bridge.rabbit;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.BoundSource;
import io.meshbridge.bridge.binding.BoundTarget;
import io.meshbridge.bridge.channel.ChannelBroker;
import io.meshbridge.bridge.channel.ChannelInUseException;
import io.meshbridge.bridge.channel.ChannelStatus;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Durable channels on a real RabbitMQ.
 */
class RabbitChannelIT {

	private static final RabbitServer server = new RabbitServer();

	private static RabbitGateway gateway;

	private final String exchange = "channel." + UUID.randomUUID().toString().substring(0, 8);

	private final String prefix = this.exchange + "/";

	private final BlockingQueue<InboundMessage> received = new LinkedBlockingQueue<>();

	@BeforeAll
	static void start() {
		assumeThat(RabbitServer.installed()).as("rabbitmq-server is installed").isTrue();
		server.start();
		gateway = new RabbitGateway(server.port(), "spring.cloud.stream.rabbit.default.consumer.prefix=mine.",
				"spring.cloud.stream.rabbit.default.producer.prefix=mine.",
				"spring.cloud.stream.rabbit.default.consumer.ttl=1",
				"spring.cloud.stream.rabbit.default.producer.ttl=1",
				"spring.cloud.stream.rabbit.default.producer.exchange-type=direct");
	}

	@AfterAll
	static void stop() {
		if (gateway != null) {
			gateway.close();
		}
		server.close();
	}

	private BoundTarget target(String... requiredGroups) {
		return gateway.bindTarget(
				new TargetSpec("out-" + this.exchange, "rabbit", this.exchange, true, Set.of(requiredGroups), 1));
	}

	private BoundSource source(String group) {
		return gateway.bindSource(
				new SourceSpec("in-" + this.prefix + group, "rabbit", this.exchange, this.prefix + group, 1000, true),
				this.received::add);
	}

	private ChannelBroker broker() {
		return gateway.context().getBean(RabbitBridge.class);
	}

	private ChannelBroker.Contents contents(String... groups) {
		return broker().contents("rabbit", this.exchange, named(groups), this.prefix);
	}

	private Set<String> named(String... groups) {
		return Set.copyOf(List.of(groups).stream().map((group) -> this.prefix + group).toList());
	}

	private static void send(BoundTarget target, String id, byte @Nullable [] recordKey, @Nullable Object orderKey)
			throws Exception {
		CloudEvent event = CloudEventBuilder.v1()
			.withId(id)
			.withSource(URI.create("/s"))
			.withType("t")
			.withData("text/plain", id.getBytes(StandardCharsets.UTF_8))
			.build();
		target.target()
			.send(new Outbound(event, recordKey, orderKey, ContentMode.BINARY, Duration.ofSeconds(20)))
			.get(20, TimeUnit.SECONDS);
	}

	private InboundMessage next() throws InterruptedException {
		InboundMessage message = this.received.poll(40, TimeUnit.SECONDS);
		assertThat(message).isNotNull();
		return Objects.requireNonNull(message);
	}

	private List<String> take(int count) throws InterruptedException {
		List<String> ids = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			InboundMessage message = next();
			ids.add(((Content.Event) message.content()).event().getId());
			message.accept();
		}
		return ids;
	}

	@Test
	void whatNoGroupWasThereForGoesToTheFirstOneInOrder() throws Exception {
		BoundTarget target = target();
		List<String> sent = new ArrayList<>();
		for (int i = 0; i < 250; i++) {
			send(target, "early " + i, null, null);
			sent.add("early " + i);
		}
		assertThat(contents()).isEqualTo(new ChannelBroker.Contents(250L, null, List.of()));
		BoundSource first = source("first");
		send(target, "late", null, null);
		sent.add("late");
		assertThat(take(251)).isEqualTo(sent);
		BoundSource second = source("second");
		send(target, "for both", null, null);
		assertThat(take(2)).containsOnly("for both");
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(contents("first", "second").depth()).isZero());
		assertThat(this.received).isEmpty();
		first.unbind();
		second.unbind();
		target.unbind();
	}

	@Test
	void requiredGroupsHaveTheirQueuesBeforeTheFirstEvent() throws Exception {
		BoundTarget target = target(this.prefix + "a", this.prefix + "b");
		send(target, "1", null, null);
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(contents("a", "b").groups()).containsExactlyInAnyOrder(
					new ChannelStatus.Group(this.prefix + "a", 1L, 0),
					new ChannelStatus.Group(this.prefix + "b", 1L, 0)));
		assertThat(contents("a", "b").depth()).isEqualTo(2);
		BoundSource source = source("b");
		assertThat(take(1)).containsExactly("1");
		source.unbind();
		target.unbind();
	}

	@Test
	void keysComeBackAsTheyWere() throws Exception {
		BoundTarget target = target(this.prefix + "g");
		send(target, "1", new byte[] { 1, (byte) 0xff }, ByteBuffer.wrap(new byte[] { 1, (byte) 0xff }));
		send(target, "2", null, "plant/ü");
		send(target, "3", null, null);
		BoundSource source = source("g");
		InboundMessage one = next();
		assertThat(one.recordKey()).containsExactly(1, 0xff);
		assertThat(one.orderKey()).isEqualTo(ByteBuffer.wrap(new byte[] { 1, (byte) 0xff }));
		InboundMessage two = next();
		assertThat(two.recordKey()).isNull();
		assertThat(two.orderKey()).isEqualTo("plant/ü");
		InboundMessage three = next();
		assertThat(three.recordKey()).isNull();
		assertThat(three.orderKey()).isNull();
		assertThat(contents("g").depth()).as("what is not settled").isEqualTo(3);
		source.unbind();
		target.unbind();
	}

	@Test
	void oneReaderOfAGroupHasItsEventsAtATime() throws Exception {
		BoundTarget target = target(this.prefix + "g");
		BoundSource active = source("g");
		BoundSource waiting = source("g");
		for (int i = 0; i < 20; i++) {
			send(target, "" + i, null, null);
		}
		List<InboundMessage> unsettled = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			InboundMessage message = next();
			assertThat(((Content.Event) message.content()).event().getId()).isEqualTo("" + i);
			unsettled.add(message);
		}
		unsettled.forEach(InboundMessage::accept);
		active.unbind();
		send(target, "next", null, null);
		assertThat(take(1)).containsExactly("next");
		waiting.unbind();
		target.unbind();
	}

	@Test
	void isEmptiedAndRemovedUnlessSomebodyReadsIt() throws Exception {
		BoundTarget target = target(this.prefix + "g");
		send(target, "1", null, null);
		send(target, "2", null, null);
		assertThat(broker().purge("rabbit", this.exchange, named("g"), this.prefix)).isEqualTo(2);
		assertThat(contents("g").depth()).isZero();
		BoundSource source = source("g");
		assertThatExceptionOfType(ChannelInUseException.class)
			.isThrownBy(() -> broker().delete("rabbit", this.exchange, named("g"), this.prefix))
			.withMessageContaining("queue '" + this.prefix + "g' has 1 reader(s)");
		source.unbind();
		target.unbind();
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(contents("g").groups()).extracting(ChannelStatus.Group::readers)
				.containsExactly(0));
		broker().delete("rabbit", this.exchange, named("g"), this.prefix);
		assertThat(broker().purge("rabbit", this.exchange, named("g"), this.prefix)).isZero();
		BoundTarget again = target(this.prefix + "g");
		send(again, "3", null, null);
		BoundSource reader = source("g");
		assertThat(take(1)).containsExactly("3");
		reader.unbind();
		again.unbind();
	}

}
