package io.meshbridge.broker.channel;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.filter.Filter;
import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Consumer;
import org.apache.activemq.artemis.core.server.HandleStatus;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.core.transaction.impl.TransactionImpl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.integration.core.Pausable;
import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.messaging.support.GenericMessage;

/**
 * Reads one channel for one group. An event stays in the journal until it is accepted; a
 * refused one, and all that is not settled with it, comes again.
 */
final class ChannelReader extends MessageProducerSupport implements Pausable {

	private static final Logger log = LoggerFactory.getLogger(ChannelReader.class);

	/** Whoever refuses one event is mostly about to refuse more. */
	private static final Duration RESTART_DELAY = Duration.ofMillis(100);

	private final EmbeddedJournal journal;

	private final String channel;

	private final SimpleString queueName;

	/** Where reading starts anew after a refusal. */
	private final ScheduledExecutorService restarts;

	private volatile @Nullable Reading reading;

	private volatile boolean paused;

	ChannelReader(EmbeddedJournal journal, String channel, String queueName, ScheduledExecutorService restarts) {
		this.journal = journal;
		this.channel = channel;
		this.queueName = SimpleString.of(queueName);
		this.restarts = restarts;
	}

	@Override
	public String getComponentType() {
		return "channel:inbound-channel-adapter";
	}

	@Override
	protected void doStart() {
		ActiveMQServer server = this.journal.server();
		Queue queue = server.locateQueue(this.queueName);
		if (queue == null) {
			throw new IllegalStateException(this.queueName + ": the channel was deleted");
		}
		Reading started = new Reading(server, queue);
		this.reading = started;
		try {
			queue.addConsumer(started);
		}
		catch (Exception ex) {
			this.reading = null;
			throw new IllegalStateException(this.queueName + ": " + ex.getMessage(), ex);
		}
		queue.deliverAsync();
	}

	@Override
	protected void doStop() {
		Reading current = this.reading;
		this.reading = null;
		if (current != null) {
			current.close();
		}
	}

	@Override
	public void pause() {
		this.paused = true;
	}

	@Override
	public void resume() {
		this.paused = false;
		Reading current = this.reading;
		if (current != null) {
			current.queue.deliverAsync();
		}
	}

	@Override
	public boolean isPaused() {
		return this.paused;
	}

	private void readAgain(Reading refused) {
		this.lifecycleLock.lock();
		try {
			if (this.reading == refused && isRunning()) {
				doStop();
				doStart();
			}
		}
		finally {
			this.lifecycleLock.unlock();
		}
	}

	/**
	 * A reader of the queue, until something is refused. The queue calls it with one
	 * event at a time.
	 */
	private final class Reading implements Consumer {

		private final Queue queue;

		private final ActiveMQServer server;

		private final StorageManager storage;

		private final long id;

		/** Lines up what is written to disk when events are accepted. */
		private final OperationContext order;

		/** Handed over and not settled; who takes an event out settles it. */
		private final Set<MessageReference> unsettled = ConcurrentHashMap.newKeySet();

		private volatile boolean closed;

		Reading(ActiveMQServer server, Queue queue) {
			this.server = server;
			this.queue = queue;
			this.storage = server.getStorageManager();
			this.id = this.storage.generateID();
			this.order = context();
		}

		private OperationContext context() {
			return this.storage.newContext(this.server.getExecutorFactory().getExecutor());
		}

		/** The queue is locked meanwhile. */
		@Override
		public HandleStatus handle(MessageReference reference) {
			if (this.closed || ChannelReader.this.paused) {
				return HandleStatus.BUSY;
			}
			this.unsettled.add(reference);
			reference.handled();
			return HandleStatus.HANDLED;
		}

		@Override
		public void proceedDeliver(MessageReference reference) {
			if (this.unsettled.contains(reference)) {
				sendMessage(new GenericMessage<>(new Received(reference, ChannelReader.this.channel, this)));
			}
		}

		void accept(MessageReference reference) {
			if (!this.unsettled.remove(reference)) {
				// Given back meanwhile, so it comes again; at least once.
				return;
			}
			OperationContext ofCaller = EmbeddedJournal.enter(this.order);
			try {
				this.queue.acknowledge(reference);
			}
			catch (Exception ex) {
				// It comes again after a restart; at least once.
				log.warn("{}: an event was delivered, and that could not be written down", this.queue.getName(), ex);
			}
			finally {
				EmbeddedJournal.leave(ofCaller);
			}
		}

		void refuse() {
			this.closed = true;
			try {
				ChannelReader.this.restarts.schedule(() -> readAgain(this), RESTART_DELAY.toMillis(),
						TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				log.debug("{}: the gateway stops, and what was refused comes again", this.queue.getName(), ex);
			}
		}

		/**
		 * Gives back what is not settled, to its old place.
		 */
		void close() {
			this.closed = true;
			// In a context of its own: nothing that is still being written holds it up.
			OperationContext ofCaller = EmbeddedJournal.enter(context());
			try {
				Transaction givenBack = new TransactionImpl(this.storage);
				for (MessageReference reference : this.unsettled) {
					if (this.unsettled.remove(reference)) {
						this.queue.cancel(givenBack, reference, true);
					}
				}
				givenBack.rollback();
			}
			catch (Exception ex) {
				// It is all in the journal, and comes again when the gateway starts.
				log.warn("{}: reading did not end in order", this.queue.getName(), ex);
			}
			finally {
				EmbeddedJournal.leave(ofCaller);
			}
			this.queue.removeConsumer(this);
			this.queue.deliverAsync();
		}

		@Override
		public void failed(Throwable problem) {
			log.error("{}: an event could not be handed over; reading starts anew", this.queue.getName(), problem);
			refuse();
		}

		/** The queue is being deleted. */
		@Override
		public void disconnect() {
			this.closed = true;
		}

		@Override
		public boolean isClosed() {
			return this.closed;
		}

		@Override
		public @Nullable Filter getFilter() {
			return null;
		}

		@Override
		public List<MessageReference> getDeliveringMessages() {
			return List.copyOf(this.unsettled);
		}

		@Override
		public long sequentialID() {
			return this.id;
		}

		@Override
		public String debug() {
			return toString();
		}

		@Override
		public String toManagementString() {
			return toString();
		}

		@Override
		public String toString() {
			return "reader of " + this.queue.getName();
		}

	}

	/**
	 * An event that was read.
	 */
	static final class Received implements InboundMessage {

		private final MessageReference reference;

		private final ICoreMessage message;

		private final Content content;

		private final Reading reading;

		private Received(MessageReference reference, String channel, Reading reading) {
			this.reference = reference;
			this.message = reference.getMessage().toCore();
			this.content = StoredEvent.read(this.message, channel);
			this.reading = reading;
		}

		@Override
		public Content content() {
			return this.content;
		}

		@Override
		public @Nullable Object orderKey() {
			return StoredEvent.orderKey(this.message);
		}

		@Override
		public byte @Nullable [] recordKey() {
			return StoredEvent.recordKey(this.message);
		}

		@Override
		public int sizeBytes() {
			return this.message.getEncodeSize();
		}

		@Override
		public void accept() {
			this.reading.accept(this.reference);
		}

		@Override
		public void refuse(Throwable reason) {
			this.reading.refuse();
		}

	}

}
