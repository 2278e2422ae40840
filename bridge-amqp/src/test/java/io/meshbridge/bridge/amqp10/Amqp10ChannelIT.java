package io.meshbridge.bridge.amqp10;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.binding.BoundSource;
import io.meshbridge.bridge.binding.BoundTarget;
import io.meshbridge.bridge.test.BridgeHarness;
import io.meshbridge.bridge.test.SampleEvents;
import io.meshbridge.bridge.test.TestGateway;
import io.meshbridge.bridge.test.broker.RabbitTestBroker;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Durable channels over AMQP 1.0.
 */
class Amqp10ChannelIT {

	private final String address = "channel." + UUID.randomUUID();

	private final BlockingQueue<InboundMessage> received = new LinkedBlockingQueue<>();

	private BoundTarget target(Bindings bindings, String... requiredGroups) {
		return bindings.bindTarget(new TargetSpec("out", "amqp10", this.address, true, Set.of(requiredGroups), 1));
	}

	private BoundSource source(Bindings bindings, String group) {
		return bindings.bindSource(new SourceSpec("in-" + group, "amqp10", this.address, group, 100, true),
				(message, source) -> this.received.add(message));
	}

	private InboundMessage next() throws InterruptedException {
		InboundMessage message = this.received.poll(20, TimeUnit.SECONDS);
		assertThat(message).isNotNull();
		return Objects.requireNonNull(message);
	}

	@Test
	void requiredGroupsAreSubscribedBeforeTheFirstEvent() throws Exception {
		try (BridgeHarness harness = new Amqp10Harness.Embedded(); TestGateway gateway = TestGateway.open(harness)) {
			Bindings bindings = gateway.context().getBean(Bindings.class);
			BoundTarget target = target(bindings, this.address + "/a", this.address + "/b");
			CloudEvent sent = SampleEvents.text("1");
			byte[] key = { 1, (byte) 0xff };
			target.target()
				.send(new Outbound(sent, key, ContentMode.BINARY, Duration.ofSeconds(20)))
				.get(20, TimeUnit.SECONDS);
			target.target()
				.send(new Outbound(SampleEvents.text("2"), null, "plant", ContentMode.BINARY, Duration.ofSeconds(20)))
				.get(20, TimeUnit.SECONDS);
			for (String group : new String[] { this.address + "/a", this.address + "/b" }) {
				BoundSource source = source(bindings, group);
				InboundMessage first = next();
				assertThat(((Content.Event) first.content()).event().getId()).isEqualTo(sent.getId());
				assertThat(first.recordKey()).isEqualTo(key);
				assertThat(first.orderKey()).isEqualTo(new String(key, StandardCharsets.ISO_8859_1));
				InboundMessage second = next();
				assertThat(second.recordKey()).isNull();
				assertThat(second.orderKey()).isEqualTo("plant");
				first.accept();
				second.accept();
				source.unbind();
			}
			assertThat(this.received).isEmpty();
			target.unbind();
		}
	}

	@Test
	void aBrokerWithoutSharedSubscriptionsIsRefused() {
		Assumptions.assumeFalse(RabbitTestBroker.get().standIn(), "the stand-in for RabbitMQ has no AMQP 1.0");
		try (BridgeHarness harness = new Amqp10Harness.Rabbit(); TestGateway gateway = TestGateway.open(harness)) {
			Bindings bindings = gateway.context().getBean(Bindings.class);
			assertThatThrownBy(() -> target(bindings, this.address + "/a")).rootCause()
				.hasMessageContaining("does not offer shared subscriptions (SHARED-SUBS)");
			assertThatThrownBy(() -> source(bindings, this.address + "/a")).rootCause()
				.hasMessageContaining("does not offer shared subscriptions (SHARED-SUBS)");
		}
	}

}
