package io.meshbridge.bridge.rabbit;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BlockedCallback;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.UnblockedCallback;
import io.meshbridge.bridge.SendException;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;

/**
 * A channel in confirm mode, straight from the client: Spring's proxies give a channel
 * back while confirms are outstanding and add a header to each message to tell returned
 * ones. One thread publishes; the broker's answers come on the connection's thread.
 */
final class PublishingChannel {

	/** A broker that is merely slow answers something within this time. */
	private static final long HANG_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final Connection connection;

	private final Channel channel;

	private final String exchange;

	private final String identityHeader;

	private final PublishFailures failures;

	private final Runnable onLoss;

	private final Outstanding outstanding = new Outstanding();

	/** When the broker answered last, on any message. */
	private volatile long answeredNanos = System.nanoTime();

	private final AtomicBoolean over = new AtomicBoolean();

	private final BlockedListener blockedListener;

	private volatile @Nullable String blocked;

	private volatile @Nullable Loss loss;

	private PublishingChannel(Connection connection, Channel channel, String exchange, String identityHeader,
			PublishFailures failures, Runnable onLoss) {
		this.connection = connection;
		this.channel = channel;
		this.exchange = exchange;
		this.identityHeader = identityHeader;
		this.failures = failures;
		this.onLoss = onLoss;
		BlockedCallback whenBlocked = (reason) -> this.blocked = reason;
		UnblockedCallback whenUnblocked = () -> this.blocked = null;
		this.blockedListener = channel.getConnection().addBlockedListener(whenBlocked, whenUnblocked);
	}

	/**
	 * Opens a channel on the binder's connection, which is made if need be.
	 * @param onLoss told when the channel has gone and there is a {@link #loss()}
	 */
	static PublishingChannel open(ConnectionFactory connections, String exchange, String identityHeader,
			PublishFailures failures, Runnable onLoss) throws SendException {
		try {
			Connection connection = connections.createConnection();
			com.rabbitmq.client.Connection client = connection.getDelegate();
			Channel channel = (client != null) ? client.createChannel() : null;
			if (channel == null) {
				throw new IOException("the connection has no channel left (channel_max)");
			}
			PublishingChannel opened = new PublishingChannel(connection, channel, exchange, identityHeader, failures,
					onLoss);
			opened.listen();
			return opened;
		}
		catch (IOException | AmqpException | ShutdownSignalException ex) {
			throw failures.unconnected(ex);
		}
	}

	private void listen() throws IOException {
		this.channel.confirmSelect();
		this.channel.addConfirmListener((tag, multiple) -> answered(tag, multiple).forEach(Publication::confirmed),
				(tag, multiple) -> answered(tag, multiple)
					.forEach((publication) -> publication.completeExceptionally(this.failures.nacked())));
		this.channel.addReturnListener(this::returned);
		// Calls back at once when the channel is gone already.
		this.channel.addShutdownListener(this::lost);
	}

	private List<Publication> answered(long tag, boolean multiple) {
		this.answeredNanos = System.nanoTime();
		return this.outstanding.take(tag, multiple);
	}

	private void returned(Return message) {
		AMQP.BasicProperties properties = message.getProperties();
		Publication publication = this.outstanding.find((candidate) -> candidate.mayBe(message.getRoutingKey(),
				properties, message.getBody(), this.identityHeader));
		if (publication != null) {
			publication.returned(
					this.failures.returned(message.getReplyCode(), message.getReplyText(), message.getRoutingKey()));
		}
	}

	/**
	 * Publishes one message; its outcome is told by the message itself.
	 */
	void publish(Publication publication) {
		if (!this.outstanding.add(publication)) {
			publication.completeExceptionally(this.failures.lost(new IOException("the channel is closed"), 0));
			return;
		}
		try {
			this.channel.basicPublish(this.exchange, publication.routingKey(), true, publication.properties(),
					publication.body());
		}
		catch (IllegalArgumentException ex) {
			// Thrown before anything is written, so the broker's count does not go on.
			this.outstanding.removeLast();
			publication.completeExceptionally(this.failures
				.notRepresentable("the attributes do not fit into one AMQP frame or field: " + ex.getMessage(), ex));
		}
		catch (IOException | ShutdownSignalException ex) {
			lost(ex);
		}
	}

	private void lost(Throwable cause) {
		end((bodyBytes) -> this.failures.lost(cause, bodyBytes), this::release);
	}

	/**
	 * Whether a message was given up while the broker answers nothing at all.
	 */
	boolean hangs(long nowNanos) {
		return nowNanos - this.answeredNanos > HANG_NANOS && this.outstanding.find(Publication::isDone) != null;
	}

	/**
	 * Fails what is under way and takes nothing more, though the channel may still work.
	 * Returns at once.
	 */
	void abandon(SendException reason) {
		end((bodyBytes) -> reason, () -> {
			// The client waits for the broker's answer, which may take as long as the
			// hang does.
			Thread release = new Thread(this::release, "rabbit-abandon");
			release.setDaemon(true);
			release.start();
		});
	}

	private void end(IntFunction<SendException> reasonByBodyBytes, Runnable release) {
		if (!this.over.compareAndSet(false, true)) {
			return;
		}
		for (Publication publication : this.outstanding.close()) {
			publication.completeExceptionally(reasonByBodyBytes.apply(publication.body().length));
		}
		try {
			release.run();
		}
		finally {
			this.loss = new Loss(reasonByBodyBytes.apply(0));
			this.onLoss.run();
		}
	}

	/**
	 * How the channel went, once everything that was under way on it has failed;
	 * {@code null} before.
	 */
	@Nullable Loss loss() {
		return this.loss;
	}

	boolean open() {
		return !this.over.get() && this.channel.isOpen();
	}

	/**
	 * Why the broker takes nothing from publishers, or {@code null} when it does.
	 */
	@Nullable String blocked() {
		return this.blocked;
	}

	List<Publication> outstanding() {
		return this.outstanding.list();
	}

	/**
	 * Fails what is under way.
	 */
	void close() {
		if (this.over.compareAndSet(false, true)) {
			this.outstanding.close().forEach((publication) -> publication.completeExceptionally(this.failures.ended()));
			release();
		}
	}

	private void release() {
		this.channel.getConnection().removeBlockedListener(this.blockedListener);
		try {
			if (this.channel.isOpen()) {
				this.channel.abort();
			}
			// Gives it back; the binder's factory keeps it open.
			this.connection.close();
		}
		catch (IOException | AmqpException | ShutdownSignalException ex) {
			// It is gone, which is what was wanted.
		}
	}

	/**
	 * The end of a channel.
	 *
	 * @param reason why a message that has not been sent yet fails
	 */
	record Loss(SendException reason) {
	}

}
