package io.meshbridge.bridge.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.springframework.context.Lifecycle;
import org.springframework.integration.handler.AbstractMessageHandler;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHandlingException;

/**
 * The sending end of one binding. A message from the bridge brings its packet and the
 * future to complete; any other one is published as it is and waited for.
 */
final class MqttOutbound extends AbstractMessageHandler implements Lifecycle {

	/** Message header that carries the {@link Outgoing}. */
	static final String HEADER = "meshbridge_mqttOutgoing";

	private static final long WAIT_SECONDS = 30;

	private final Publisher publisher;

	private final String topic;

	private final MqttProducerProperties properties;

	private volatile boolean running;

	MqttOutbound(Publisher publisher, String topic, MqttProducerProperties properties) {
		this.publisher = publisher;
		this.topic = topic;
		this.properties = properties;
	}

	@Override
	public String getComponentType() {
		return "mqtt:outbound-channel-adapter";
	}

	@Override
	protected void handleMessageInternal(Message<?> message) {
		if (message.getHeaders().get(HEADER) instanceof Outgoing outgoing) {
			this.publisher.publish(outgoing);
			return;
		}
		byte[] payload = (message.getPayload() instanceof byte[] bytes) ? bytes
				: message.getPayload().toString().getBytes(StandardCharsets.UTF_8);
		Packet packet = new Packet(this.topic, payload, null, false, List.of(), this.properties.getQos(),
				this.properties.isRetained());
		CompletableFuture<Void> confirmed = new CompletableFuture<>();
		this.publisher.publish(new Outgoing(packet, this.properties.isNeedsSubscriber(), confirmed));
		await(message, confirmed);
	}

	private void await(Message<?> message, CompletableFuture<Void> confirmed) {
		try {
			confirmed.get(WAIT_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new MessageHandlingException(message, this.topic + ": interrupted before the PUBACK", ex);
		}
		catch (TimeoutException ex) {
			throw new MessageHandlingException(message, this.topic + ": no PUBACK within " + WAIT_SECONDS + " s", ex);
		}
		catch (ExecutionException ex) {
			throw new MessageHandlingException(message, this.topic + ": not published", ex);
		}
	}

	@Override
	public void start() {
		if (!this.running) {
			try {
				this.publisher.acquire();
			}
			catch (ConnectionException ex) {
				throw new IllegalStateException(ex.getMessage(), ex);
			}
			this.running = true;
		}
	}

	@Override
	public void stop() {
		if (this.running) {
			this.running = false;
			this.publisher.release();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
