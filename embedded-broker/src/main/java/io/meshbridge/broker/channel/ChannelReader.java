package io.meshbridge.broker.channel;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.messaging.support.GenericMessage;

/**
 * Reads one channel for one group. An event stays in the journal until it is accepted; a
 * refused one, and all that is not settled with it, comes again.
 */
final class ChannelReader extends MessageProducerSupport {

	private static final Logger log = LoggerFactory.getLogger(ChannelReader.class);

	private final EmbeddedJournal journal;

	private final String channel;

	private final String queue;

	/** Where reading starts anew after a refusal; never a thread of the session. */
	private final Executor restarts;

	/** What is being read; settling and closing are guarded by it. */
	private volatile @Nullable Reading reading;

	ChannelReader(EmbeddedJournal journal, String channel, String queue, Executor restarts) {
		this.journal = journal;
		this.channel = channel;
		this.queue = queue;
		this.restarts = restarts;
	}

	@Override
	public String getComponentType() {
		return "channel:inbound-channel-adapter";
	}

	@Override
	protected void doStart() {
		ClientSession session = this.journal.openSession();
		try {
			ClientConsumer consumer = session.createConsumer(this.queue);
			Reading started = new Reading(session, consumer);
			this.reading = started;
			consumer.setMessageHandler((message) -> sendMessage(
					new GenericMessage<>(new Received(message, StoredEvent.read(message, this.channel), started))));
			session.start();
		}
		catch (ActiveMQException ex) {
			EmbeddedJournal.close(session);
			throw new IllegalStateException(this.queue + ": " + ex.getMessage(), ex);
		}
	}

	@Override
	protected void doStop() {
		Reading current = this.reading;
		this.reading = null;
		if (current != null) {
			current.close();
		}
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
	 * A session and its consumer, until something is refused.
	 */
	private final class Reading {

		private final ClientSession session;

		private final ClientConsumer consumer;

		Reading(ClientSession session, ClientConsumer consumer) {
			this.session = session;
			this.consumer = consumer;
		}

		/** A session is used by one thread at a time. */
		synchronized void accept(ClientMessage message) {
			if (this.session.isClosed()) {
				return;
			}
			try {
				message.individualAcknowledge();
			}
			catch (ActiveMQException ex) {
				// It comes again; at least once.
				log.debug("{}: an event could not be acknowledged", ChannelReader.this.queue, ex);
			}
		}

		void refuse() {
			ChannelReader.this.restarts.execute(() -> readAgain(this));
		}

		void close() {
			// Waits for the handler, which may wait for us: so not under the lock.
			try {
				this.consumer.close();
			}
			catch (ActiveMQException ex) {
				log.debug("{}: reading did not end in order", ChannelReader.this.queue, ex);
			}
			synchronized (this) {
				EmbeddedJournal.close(this.session);
			}
		}

	}

	/**
	 * An event that was read.
	 */
	static final class Received implements InboundMessage {

		private final ClientMessage message;

		private final Content content;

		private final Reading reading;

		private final AtomicBoolean settled = new AtomicBoolean();

		private Received(ClientMessage message, Content content, Reading reading) {
			this.message = message;
			this.content = content;
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
			if (this.settled.compareAndSet(false, true)) {
				this.reading.accept(this.message);
			}
		}

		@Override
		public void refuse(Throwable reason) {
			if (this.settled.compareAndSet(false, true)) {
				this.reading.refuse();
			}
		}

	}

}
