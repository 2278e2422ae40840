package io.meshbridge.bridge.rabbit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.rabbit.connection.ChannelProxy;
import org.springframework.amqp.support.AmqpHeaders;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.cloud.stream.binder.rabbit.properties.RabbitConsumerProperties;
import org.springframework.core.env.Environment;
import org.springframework.integration.StaticMessageHeaderAccessor;
import org.springframework.messaging.Message;

/**
 * Reads a queue. Messages stay with the broker until they are settled, each on its own
 * and in any order.
 */
final class RabbitSource implements Source {

	/** For settlements that are not written yet when the binding ends. */
	private static final Duration WRITE_WAIT = Duration.ofSeconds(5);

	private final SourceSpec spec;

	private final int prefetch;

	private final Environment environment;

	private final EventHeaders headers;

	private final Executor settlements;

	private final @Nullable RabbitChannel channel;

	private final AtomicLong unsettled = new AtomicLong();

	private volatile boolean closed;

	private final Map<Channel, DeliveryLedger> ledgers = new ConcurrentHashMap<>();

	/**
	 * @param channel that it reads, or {@code null} when it reads no channel
	 */
	RabbitSource(SourceSpec spec, int prefetch, Environment environment, EventHeaders headers, Executor settlements,
			@Nullable RabbitChannel channel) {
		this.spec = spec;
		this.prefetch = prefetch;
		this.environment = environment;
		this.headers = headers;
		this.settlements = settlements;
		this.channel = channel;
	}

	@Override
	public void configure(ConsumerProperties properties) {
		properties.setMaxAttempts(1);
		properties.setHeaderMode(HeaderMode.none);
		properties.setUseNativeDecoding(true);
		properties.setBatchMode(false);
		RabbitConsumerProperties rabbit = (RabbitConsumerProperties) ((ExtendedConsumerProperties<?>) properties)
			.getExtension();
		rabbit.setAcknowledgeMode(AcknowledgeMode.MANUAL);
		rabbit.setTransacted(false);
		rabbit.setEnableBatching(false);
		rabbit.setRequeueRejected(true);
		// It would acknowledge what it publishes.
		rabbit.setRepublishToDlq(false);
		if (rabbit.getContainerType() == RabbitConsumerProperties.ContainerType.STREAM) {
			throw new IllegalArgumentException(this.spec.bindingName()
					+ ": container-type 'stream' can't acknowledge single messages, expected 'simple' or 'direct'");
		}
		if (this.spec.destination().startsWith(ProducerSettings.PREDECLARED)) {
			rabbit.setDeclareExchange(false);
		}
		if (this.channel != null) {
			ChannelMessages.configure(rabbit);
			// Not read before it has what was there before it.
			properties.setAutoStartup(false);
			this.channel.make();
		}
		if (!prefetchIsSet()) {
			rabbit.setPrefetch(Math.max(1, Math.min(this.spec.maxInFlight(), this.prefetch)));
		}
	}

	@Override
	public void bound() {
		if (this.channel != null) {
			this.channel.join(this.spec.group());
		}
	}

	/**
	 * How many messages were handed over and are not settled.
	 */
	long unsettled() {
		return this.closed ? 0 : this.unsettled.get();
	}

	/** The binder's own default is 1, which a user may mean. */
	private boolean prefetchIsSet() {
		String name = this.spec.bindingName();
		// In brackets, because a binding that a route makes has a colon in its name.
		return Stream.of("bindings." + name, "bindings[" + name + "]", "default")
			.map((level) -> "spring.cloud.stream.rabbit." + level + ".consumer.prefetch")
			.filter(ConfigurationPropertyName::isValid)
			.anyMatch((property) -> Binder.get(this.environment).bind(property, Integer.class).isBound());
	}

	@Override
	public void receive(Message<?> message, Consumer<? super InboundMessage> handler) {
		org.springframework.amqp.core.Message delivered = Objects
			.requireNonNull(StaticMessageHeaderAccessor.getSourceData(message));
		Channel channel = Objects.requireNonNull(message.getHeaders().get(AmqpHeaders.CHANNEL, Channel.class));
		ReceivedProperties received = (ReceivedProperties) delivered.getMessageProperties();
		String queue = Objects.requireNonNullElse(received.getConsumerQueue(), this.spec.destination());
		RabbitMessage whole = new RabbitMessage(queue, received.envelope(), received.properties(), delivered.getBody());
		long tag = received.envelope().getDeliveryTag();
		DeliveryLedger ledger = ledger(channel, tag);
		List<RabbitMessage> parts = SpringBatch.split(whole);
		if (parts.size() == 1) {
			hand(parts.get(0), (accepted) -> ledger.settle(tag, accepted), handler);
		}
		else {
			RabbitInbound.Settlement shared = shared(ledger, tag, parts.size());
			parts.forEach((part) -> hand(part, shared, handler));
		}
	}

	private void hand(RabbitMessage message, RabbitInbound.Settlement settlement,
			Consumer<? super InboundMessage> handler) {
		this.unsettled.incrementAndGet();
		RabbitInbound inbound = new RabbitInbound(message, this.headers, this.channel != null, (accepted) -> {
			this.unsettled.decrementAndGet();
			settlement.settle(accepted);
		});
		try {
			handler.accept(inbound);
		}
		catch (RuntimeException ex) {
			inbound.refuse(ex);
			throw ex;
		}
	}

	private static RabbitInbound.Settlement shared(DeliveryLedger ledger, long tag, int parts) {
		AtomicInteger open = new AtomicInteger(parts);
		AtomicBoolean all = new AtomicBoolean(true);
		return (accepted) -> {
			if (!accepted) {
				all.set(false);
			}
			if (open.decrementAndGet() == 0) {
				ledger.settle(tag, all.get());
			}
		};
	}

	private DeliveryLedger ledger(Channel channel, long tag) {
		Channel target = (channel instanceof ChannelProxy proxy) ? proxy.getTargetChannel() : channel;
		DeliveryLedger known = this.ledgers.get(target);
		if (known != null) {
			return known;
		}
		this.ledgers.values().removeIf((ledger) -> !ledger.open());
		// Messages of one channel come on one thread, so there is no race for it.
		DeliveryLedger added = new DeliveryLedger(target, tag, this.settlements);
		this.ledgers.put(target, added);
		return added;
	}

	@Override
	public FlowControl flowControl() {
		return FlowControl.BLOCK;
	}

	@Override
	public void unbinding() {
		this.ledgers.values().forEach((ledger) -> ledger.awaitWritten(WRITE_WAIT));
	}

	@Override
	public void close() {
		this.closed = true;
		this.ledgers.values().forEach(DeliveryLedger::close);
		this.ledgers.clear();
	}

}
