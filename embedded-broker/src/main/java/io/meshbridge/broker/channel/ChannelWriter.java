package io.meshbridge.broker.channel;

import java.util.concurrent.CompletableFuture;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.io.IOCallback;
import org.apache.activemq.artemis.core.message.impl.CoreMessage;
import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.persistence.impl.journal.LargeServerMessageImpl;
import org.apache.activemq.artemis.core.postoffice.PostOffice;
import org.apache.activemq.artemis.core.postoffice.RoutingStatus;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.RoutingContext;
import org.apache.activemq.artemis.core.server.impl.RoutingContextImpl;
import org.jspecify.annotations.Nullable;

import org.springframework.context.Lifecycle;
import org.springframework.integration.handler.AbstractMessageHandler;

/**
 * Stores events in one channel. Many may be under way; each is done when the journal has
 * it on disk, in the order they were handed over.
 */
final class ChannelWriter extends AbstractMessageHandler implements Lifecycle {

	/**
	 * Beside the data: some attributes, two bytes for each character of their names, so
	 * that the buffer need not grow.
	 */
	private static final int ATTRIBUTE_BYTES = 1024;

	private final EmbeddedJournal journal;

	private final SimpleString address;

	/** While it is started; guarded by this. */
	private @Nullable Storing storing;

	ChannelWriter(EmbeddedJournal journal, String address) {
		this.journal = journal;
		this.address = SimpleString.of(address);
	}

	@Override
	public String getComponentType() {
		return "channel:outbound-channel-adapter";
	}

	@Override
	public synchronized void start() {
		if (this.storing == null) {
			this.storing = new Storing(this.journal.server());
		}
	}

	@Override
	protected void handleMessageInternal(org.springframework.messaging.Message<?> message) {
		if (!(message.getPayload() instanceof Stored stored)) {
			throw new IllegalArgumentException(this.address + ": a channel takes events only");
		}
		store(stored);
	}

	private synchronized void store(Stored stored) {
		Storing open = this.storing;
		if (open == null) {
			stored.failed("CLOSED", this.address + ": the binding has ended", null);
			return;
		}
		String full = this.journal.full();
		if (full != null) {
			stored.failed("DISK_FULL", this.address + ": " + full, null);
			return;
		}
		try {
			open.store(stored);
		}
		catch (Exception ex) {
			stored.failed("NOT_STORED", this.address + ": " + ex.getMessage(), ex);
		}
	}

	@Override
	public synchronized void stop() {
		this.storing = null;
	}

	@Override
	public synchronized boolean isRunning() {
		return this.storing != null;
	}

	/**
	 * The way into the journal: what a session of the broker does for a client, without
	 * one. Used by one thread at a time.
	 */
	private final class Storing {

		private final PostOffice postOffice;

		private final StorageManager storage;

		/** Lines up what this writer waits for on disk. */
		private final OperationContext order;

		private final RoutingContext route = new RoutingContextImpl(null);

		Storing(ActiveMQServer server) {
			this.postOffice = server.getPostOffice();
			this.storage = server.getStorageManager();
			this.order = this.storage.newContext(server.getExecutorFactory().getExecutor());
		}

		void store(Stored stored) throws Exception {
			Outbound outbound = stored.outbound();
			int bytes = ATTRIBUTE_BYTES + StoredEvent.dataBytes(outbound.event());
			CoreMessage small = new CoreMessage(this.storage.generateID(), bytes);
			small.setAddress(ChannelWriter.this.address)
				.setDurable(true)
				.setType(Message.BYTES_TYPE)
				.setTimestamp(System.currentTimeMillis());
			StoredEvent.write(outbound, small);
			if (outbound.notBefore() != null) {
				small.setScheduledDeliveryTime(outbound.notBefore().toEpochMilli());
			}
			// What is too large for a record of the journal gets a file of its own.
			Message message = LargeServerMessageImpl.checkLargeMessage(small, this.storage);
			this.route.setAddress(ChannelWriter.this.address);
			this.route.setRoutingType(RoutingType.MULTICAST);
			OperationContext ofCaller = EmbeddedJournal.enter(this.order);
			try {
				if (this.postOffice.route(message, this.route, false) != RoutingStatus.OK) {
					stored.failed("NO_GROUP", ChannelWriter.this.address + ": the channel was deleted", null);
					return;
				}
				this.order.executeOnCompletion(stored);
			}
			finally {
				EmbeddedJournal.leave(ofCaller);
				if (!this.route.isReusable()) {
					this.route.clear();
				}
			}
		}

	}

	/**
	 * An event on its way to the journal, and who waits for it.
	 */
	record Stored(String channel, Outbound outbound, CompletableFuture<Void> onDisk) implements IOCallback {

		@Override
		public void done() {
			this.onDisk.complete(null);
		}

		@Override
		public void onError(int errorCode, String errorMessage) {
			failed("NOT_STORED", this.channel + ": " + errorMessage + " (" + errorCode + ")", null);
		}

		void failed(String code, String text, @Nullable Exception cause) {
			this.onDisk.completeExceptionally(SendException.transientFailure(code, text, cause));
		}

	}

}
