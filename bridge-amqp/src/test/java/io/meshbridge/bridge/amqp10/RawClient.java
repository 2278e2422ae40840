package io.meshbridge.bridge.amqp10;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.test.RawMessage;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Delivery;
import org.apache.qpid.protonj2.client.DurabilityMode;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.SenderOptions;
import org.apache.qpid.protonj2.client.exceptions.ClientException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The library's own blocking client, which the bridge has no part in. It connects again
 * after a failure.
 */
final class RawClient implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Client client = Client.create();

	private final int port;

	private final Map<String, Receiver> receivers = new HashMap<>();

	private final Map<String, Sender> senders = new HashMap<>();

	private @Nullable Connection connection;

	RawClient(int port) {
		this.port = port;
	}

	private Connection connection() throws ClientException {
		Connection open = this.connection;
		if (open == null) {
			ConnectionOptions options = new ConnectionOptions().openTimeout(5000)
				.closeTimeout(1000)
				.requestTimeout(10_000)
				.user("guest")
				.password("guest");
			options.transportOptions().allowNativeIO(false);
			open = this.client.connect("127.0.0.1", this.port, options);
			this.connection = open;
		}
		return open;
	}

	private void drop() {
		Connection open = this.connection;
		this.connection = null;
		this.receivers.clear();
		this.senders.clear();
		if (open != null) {
			open.closeAsync();
		}
	}

	/**
	 * Sends a message and waits until the broker has accepted it.
	 */
	void send(String address, Message<?> message) {
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.atMost(PATIENCE)
			.ignoreExceptions()
			.until(() -> sendNow(address, message));
	}

	private boolean sendNow(String address, Message<?> message) throws ClientException {
		try {
			Sender sender = this.senders.get(address);
			if (sender == null) {
				SenderOptions options = new SenderOptions().sendTimeout(5000).openTimeout(5000);
				options.targetOptions().durabilityMode(DurabilityMode.UNSETTLED_STATE);
				sender = connection().openSender(address, options);
				this.senders.put(address, sender);
			}
			sender.send(message).awaitAccepted(10, TimeUnit.SECONDS);
			return true;
		}
		catch (ClientException ex) {
			drop();
			throw ex;
		}
	}

	void publish(String address, RawMessage raw) throws ClientException {
		byte[] body = raw.body();
		Message<byte[]> message = Message.create((body == null) ? new byte[0] : body).durable(true);
		if (raw.contentType() != null) {
			message.contentType(raw.contentType());
		}
		for (Map.Entry<String, Object> header : raw.headers().entrySet()) {
			message.property(header.getKey(), header.getValue());
		}
		send(address, message);
	}

	/**
	 * Takes the next message off an address.
	 */
	@Nullable AmqpMessage take(String address, Duration wait) {
		long deadline = System.nanoTime() + wait.toNanos();
		do {
			try {
				Receiver receiver = receiver(address);
				Delivery delivery = receiver.receive(Math.max(1, (deadline - System.nanoTime()) / 1_000_000),
						TimeUnit.MILLISECONDS);
				if (delivery == null) {
					return null;
				}
				AmqpMessage message;
				try (InputStream encoded = delivery.rawInputStream()) {
					message = AmqpMessage.decode(encoded.readAllBytes());
				}
				delivery.accept();
				return message;
			}
			catch (ClientException ex) {
				drop();
			}
			catch (IOException | UnreadableMessageException ex) {
				throw new IllegalStateException(ex);
			}
		}
		while (System.nanoTime() < deadline);
		return null;
	}

	private Receiver receiver(String address) throws ClientException {
		Receiver receiver = this.receivers.get(address);
		if (receiver == null) {
			ReceiverOptions options = new ReceiverOptions().autoAccept(false).openTimeout(5000);
			options.sourceOptions().durabilityMode(DurabilityMode.UNSETTLED_STATE);
			receiver = connection().openReceiver(address, options);
			this.receivers.put(address, receiver);
		}
		return receiver;
	}

	/**
	 * Whether the broker takes connections.
	 */
	boolean answers() {
		try {
			connection().openFuture().get(5, TimeUnit.SECONDS);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (Exception ex) {
			drop();
			return false;
		}
	}

	@Override
	public void close() {
		drop();
		this.client.closeAsync();
	}

}
