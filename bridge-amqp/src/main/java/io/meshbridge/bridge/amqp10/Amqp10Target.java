package io.meshbridge.bridge.amqp10;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;

import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.GenericMessage;

/**
 * The outbound side of a binding on AMQP 1.0: an event counts as sent when the broker has
 * accepted it.
 */
final class Amqp10Target implements Target {

	private static final byte[] NO_PAYLOAD = new byte[0];

	private final TargetSpec spec;

	private final MessageChannel channel;

	private final Set<CompletableFuture<Void>> underWay = ConcurrentHashMap.newKeySet();

	private volatile boolean durable = true;

	Amqp10Target(TargetSpec spec, MessageChannel channel) {
		this.spec = spec;
		this.channel = channel;
	}

	@Override
	public void configure(ProducerProperties properties) {
		properties.setUseNativeEncoding(true);
		properties.setHeaderMode(HeaderMode.none);
		if (properties instanceof ExtendedProducerProperties<?> extended
				&& extended.getExtension() instanceof Amqp10ProducerProperties amqp) {
			if (this.spec.channel()) {
				amqp.setAddressType(AddressType.TOPIC);
				amqp.setDurable(true);
			}
			this.durable = amqp.isDurable();
		}
	}

	@Override
	public CompletableFuture<Void> send(Outbound outbound) {
		CompletableFuture<Void> confirmed = new CompletableFuture<>();
		if (Thread.currentThread().isInterrupted()) {
			confirmed.completeExceptionally(SendException.transientFailure("INTERRUPTED",
					this.spec.destination() + ": the sending thread was interrupted", null));
			return confirmed;
		}
		this.underWay.add(confirmed);
		confirmed.whenComplete((done, failure) -> this.underWay.remove(confirmed));
		try {
			AmqpMessage message = EventMapper.write(outbound.event(), outbound.mode(), this.spec.destination());
			if (this.spec.channel()) {
				message = ChannelKeys.put(outbound, message);
			}
			this.channel.send(new GenericMessage<>(NO_PAYLOAD, Map.of(Amqp10Outbound.HEADER,
					new Outgoing(message.encode(this.durable), outbound.timeout(), confirmed))));
		}
		catch (SendException ex) {
			confirmed.completeExceptionally(ex);
		}
		catch (RuntimeException ex) {
			confirmed.completeExceptionally(
					SendException.transientFailure("NOT_SENT", this.spec.destination() + ": " + ex.getMessage(), ex));
		}
		return confirmed;
	}

	@Override
	public boolean keepsOrder() {
		return true;
	}

	@Override
	public void close() {
		this.underWay.forEach((confirmed) -> confirmed.completeExceptionally(SendException.transientFailure("UNBOUND",
				this.spec.destination() + ": the binding ended before the broker answered", null)));
	}

}
