package io.meshbridge.bridge.mqtt;

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
 * The outbound side of a binding on MQTT: an event counts as sent when its PUBACK says
 * so.
 */
final class MqttTarget implements Target {

	private final TargetSpec spec;

	private final MessageChannel channel;

	private final MqttVersion version;

	private final Set<CompletableFuture<Void>> underWay = ConcurrentHashMap.newKeySet();

	private MqttProducerProperties properties = new MqttProducerProperties();

	MqttTarget(TargetSpec spec, MessageChannel channel, MqttVersion version) {
		this.spec = spec;
		this.channel = channel;
		this.version = version;
	}

	@Override
	public void configure(ProducerProperties properties) {
		properties.setUseNativeEncoding(true);
		properties.setHeaderMode(HeaderMode.none);
		if (properties instanceof ExtendedProducerProperties<?> extended
				&& extended.getExtension() instanceof MqttProducerProperties mqtt) {
			this.properties = mqtt;
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
			Packet packet = EventMapper.write(outbound.event(), outbound.mode(), this.version, this.spec.destination(),
					this.properties);
			this.channel.send(new GenericMessage<>(packet.payload(),
					Map.of(MqttOutbound.HEADER, new Outgoing(packet, this.properties.isNeedsSubscriber(), confirmed))));
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
				this.spec.destination() + ": the binding ended before the PUBACK", null)));
	}

}
