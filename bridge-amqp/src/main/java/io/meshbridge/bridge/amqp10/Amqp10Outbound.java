package io.meshbridge.bridge.amqp10;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.springframework.context.Lifecycle;
import org.springframework.integration.handler.AbstractMessageHandler;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHandlingException;

/**
 * The sending end of one binding. A message from the bridge brings what is to be sent and
 * the future to complete; any other one is sent as it is and waited for.
 */
final class Amqp10Outbound extends AbstractMessageHandler implements Lifecycle {

	/** Message header that carries the {@link Outgoing}. */
	static final String HEADER = "meshbridge_amqp10Outgoing";

	private static final Duration WAIT = Duration.ofSeconds(30);

	private final Publisher publisher;

	private final String address;

	private final Amqp10ProducerProperties properties;

	private volatile boolean running;

	Amqp10Outbound(Publisher publisher, String address, Amqp10ProducerProperties properties) {
		this.publisher = publisher;
		this.address = address;
		this.properties = properties;
	}

	@Override
	public String getComponentType() {
		return "amqp10:outbound-channel-adapter";
	}

	@Override
	protected void handleMessageInternal(Message<?> message) {
		if (message.getHeaders().get(HEADER) instanceof Outgoing outgoing) {
			this.publisher.publish(outgoing);
			return;
		}
		byte[] payload = (message.getPayload() instanceof byte[] bytes) ? bytes
				: message.getPayload().toString().getBytes(StandardCharsets.UTF_8);
		CompletableFuture<Void> confirmed = new CompletableFuture<>();
		this.publisher
			.publish(new Outgoing(AmqpMessage.plain(payload).encode(this.properties.isDurable()), WAIT, confirmed));
		await(message, confirmed);
	}

	private void await(Message<?> message, CompletableFuture<Void> confirmed) {
		try {
			// The publisher fails it in time.
			confirmed.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new MessageHandlingException(message, this.address + ": interrupted before the broker answered", ex);
		}
		catch (ExecutionException ex) {
			throw new MessageHandlingException(message, this.address + ": not sent", ex);
		}
	}

	@Override
	public void start() {
		if (!this.running) {
			try {
				this.publisher.start();
			}
			catch (ConnectionException ex) {
				throw new IllegalStateException(this.address + ": " + ex.getMessage(), ex);
			}
			this.running = true;
		}
	}

	@Override
	public void stop() {
		if (this.running) {
			this.running = false;
			this.publisher.stop();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
