package io.meshbridge.bridge.mqtt;

import java.util.function.Consumer;

import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;

import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.messaging.Message;

/**
 * The inbound side of a binding on MQTT. The broker sends no more than the gateway may
 * have in flight, as far as the protocol lets the client say so.
 */
final class MqttSource implements Source {

	private final SourceSpec spec;

	private MqttConsumerProperties properties = new MqttConsumerProperties();

	MqttSource(SourceSpec spec) {
		this.spec = spec;
	}

	@Override
	public void configure(ConsumerProperties properties) {
		// Retry has one owner, and it is not the binder; and one client subscribes to all
		// filters, for a client id can be used once only.
		properties.setMaxAttempts(1);
		properties.setMultiplex(true);
		if (properties instanceof ExtendedConsumerProperties<?> extended
				&& extended.getExtension() instanceof MqttConsumerProperties mqtt) {
			mqtt.setReceiveMaximum(Math.max(1, Math.min(mqtt.getReceiveMaximum(), this.spec.maxInFlight())));
			this.properties = mqtt;
		}
	}

	@Override
	public void receive(Message<?> message, Consumer<? super InboundMessage> handler) {
		if (!(message.getHeaders().get(Delivery.HEADER) instanceof Delivery delivery)) {
			throw new IllegalArgumentException(
					this.spec.bindingName() + ": a message that does not come from the mqtt binder");
		}
		handler.accept(new MqttInboundMessage(delivery, this.properties.getPayload()));
	}

	@Override
	public FlowControl flowControl() {
		return FlowControl.PAUSE;
	}

	@Override
	public void close() {
	}

}
