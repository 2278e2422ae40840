package io.meshbridge.bridge.amqp10;

import java.util.function.Consumer;

import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;

import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.messaging.Message;

/**
 * The inbound side of a binding on AMQP 1.0. The broker has credit for no more than the
 * gateway may have in flight.
 */
final class Amqp10Source implements Source {

	private final SourceSpec spec;

	private Amqp10ConsumerProperties properties = new Amqp10ConsumerProperties();

	Amqp10Source(SourceSpec spec) {
		this.spec = spec;
	}

	@Override
	public void configure(ConsumerProperties properties) {
		// Retry has one owner, and it is not the binder.
		properties.setMaxAttempts(1);
		if (properties instanceof ExtendedConsumerProperties<?> extended
				&& extended.getExtension() instanceof Amqp10ConsumerProperties amqp) {
			if (this.spec.channel()) {
				amqp.readChannel();
			}
			amqp.setCredit(Math.max(1, Math.min(amqp.getCredit(), this.spec.maxInFlight())));
			this.properties = amqp;
		}
	}

	@Override
	public void receive(Message<?> message, Consumer<? super InboundMessage> handler) {
		if (!(message.getHeaders().get(Delivery.HEADER) instanceof Delivery delivery)) {
			throw new IllegalArgumentException(
					this.spec.bindingName() + ": a message that does not come from the amqp10 binder");
		}
		handler.accept(new Amqp10InboundMessage(delivery, this.properties.getOrder(), this.spec.channel()));
	}

	@Override
	public FlowControl flowControl() {
		return FlowControl.PAUSE;
	}

	@Override
	public void close() {
	}

}
