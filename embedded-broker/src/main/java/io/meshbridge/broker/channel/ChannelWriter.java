package io.meshbridge.broker.channel;

import java.util.concurrent.CompletableFuture;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.SendAcknowledgementHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.context.Lifecycle;
import org.springframework.integration.handler.AbstractMessageHandler;

/**
 * Stores events in one channel. Many may be under way; each is done when the journal has
 * it on disk, in the order they were handed over.
 */
final class ChannelWriter extends AbstractMessageHandler implements Lifecycle {

	private final EmbeddedJournal journal;

	private final String address;

	/** A session is used by one thread at a time; guarded by this. */
	private @Nullable ClientSession session;

	private @Nullable ClientProducer producer;

	ChannelWriter(EmbeddedJournal journal, String address) {
		this.journal = journal;
		this.address = address;
	}

	@Override
	public String getComponentType() {
		return "channel:outbound-channel-adapter";
	}

	@Override
	public synchronized void start() {
		if (this.session != null) {
			return;
		}
		ClientSession opened = this.journal.openSession();
		try {
			this.producer = opened.createProducer(this.address);
		}
		catch (ActiveMQException ex) {
			EmbeddedJournal.close(opened);
			throw new IllegalStateException(this.address + ": " + ex.getMessage(), ex);
		}
		this.session = opened;
	}

	@Override
	protected void handleMessageInternal(org.springframework.messaging.Message<?> message) {
		if (!(message.getPayload() instanceof Storing storing)) {
			throw new IllegalArgumentException(this.address + ": a channel takes events only");
		}
		store(storing);
	}

	private synchronized void store(Storing storing) {
		ClientSession open = this.session;
		ClientProducer to = this.producer;
		if (open == null || to == null) {
			storing.failed("CLOSED", this.address + ": the binding has ended", null);
			return;
		}
		String full = this.journal.full();
		if (full != null) {
			storing.failed("DISK_FULL", this.address + ": " + full, null);
			return;
		}
		ClientMessage message = open.createMessage(Message.BYTES_TYPE, true, 0, System.currentTimeMillis(), (byte) 4);
		StoredEvent.write(storing.outbound(), message);
		try {
			to.send(message, storing);
		}
		catch (ActiveMQException ex) {
			storing.sendFailed(message, ex);
		}
	}

	@Override
	public synchronized void stop() {
		if (this.session != null) {
			EmbeddedJournal.close(this.session);
			this.session = null;
			this.producer = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.session != null;
	}

	/**
	 * An event on its way to the journal, and who waits for it.
	 */
	record Storing(String channel, Outbound outbound,
			CompletableFuture<Void> stored) implements SendAcknowledgementHandler {

		@Override
		public void sendAcknowledged(Message message) {
			this.stored.complete(null);
		}

		@Override
		public void sendFailed(Message message, Exception failure) {
			String code = (failure instanceof ActiveMQException known
					&& known.getType() == ActiveMQExceptionType.ADDRESS_FULL) ? "DISK_FULL" : "NOT_STORED";
			failed(code, this.channel + ": " + failure.getMessage(), failure);
		}

		void failed(String code, String text, @Nullable Exception cause) {
			this.stored.completeExceptionally(SendException.transientFailure(code, text, cause));
		}

	}

}
