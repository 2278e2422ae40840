package io.meshbridge.bridge.amqp10;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.integration.core.Pausable;
import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.messaging.support.GenericMessage;

/**
 * The receiving end of one binding: attaches to its address and hands messages on in the
 * order of arrival, on a thread that is not the network's.
 * <p>
 * Credit is the back-pressure: a message takes up credit until it is settled. Pausing
 * takes the unused credit back; what the broker had sent by then, and was not handed on,
 * goes back to it.
 */
final class Amqp10Inbound extends MessageProducerSupport implements Pausable, ConnectionKeeper.Owner {

	private static final Logger log = LoggerFactory.getLogger(Amqp10Inbound.class);

	private final Amqp10Broker broker;

	private final String address;

	private final Subscription subscription;

	private final int credit;

	private final ConnectionKeeper keeper;

	/** Held while a message is handed on, so that they are in order. */
	private final ReentrantLock delivering = new ReentrantLock();

	/** Guarded by itself. */
	private final Deque<Delivery> arrived = new ArrayDeque<>();

	/** Whether a thread hands on what arrived, or is about to; guarded by the deque. */
	private boolean handingOn;

	private volatile boolean paused;

	private volatile boolean stopped = true;

	private volatile @Nullable ReceivingLink link;

	/**
	 * @param group whose subscription it is where the address is a topic; {@code null}
	 * for one that nobody comes back to
	 */
	Amqp10Inbound(Amqp10Broker broker, String address, @Nullable String group, Amqp10ConsumerProperties properties) {
		this.broker = broker;
		this.address = address;
		this.subscription = Subscription.of(group, properties);
		this.credit = properties.getCredit();
		this.keeper = new ConnectionKeeper(broker,
				this.subscription.ownedByContainer() ? broker.stableContainerId() : broker.anyContainerId(), this, log);
	}

	@Override
	public String getComponentType() {
		return "amqp10:inbound-channel-adapter";
	}

	@Override
	public String name() {
		return "amqp10 source '" + this.address + "'";
	}

	@Override
	protected void doStart() {
		this.stopped = false;
		this.paused = false;
		try {
			this.keeper.start(false);
		}
		catch (ConnectionException ex) {
			this.stopped = true;
			throw new IllegalStateException(name() + ": " + ex.getMessage(), ex);
		}
	}

	@Override
	public void connected(Connection connection) throws ConnectionException {
		ReceivingLink attached = new ReceivingLink(connection, this.address, this.subscription, this.credit,
				this::arrived);
		connection.attach(attached::make);
		this.link = attached;
		if (!this.paused) {
			attached.open();
		}
	}

	@Override
	public void disconnected(ConnectionException reason) {
		this.link = null;
		synchronized (this.arrived) {
			// They come again over the next connection.
			this.arrived.clear();
		}
	}

	private void arrived(Delivery delivery) {
		boolean start;
		synchronized (this.arrived) {
			if (this.stopped) {
				return;
			}
			if (this.paused) {
				delivery.release();
				return;
			}
			this.arrived.add(delivery);
			start = !this.handingOn;
			this.handingOn = true;
		}
		if (start) {
			handOnSoon();
		}
	}

	private void handOnSoon() {
		try {
			this.broker.workers().execute(this::handOn);
		}
		catch (RejectedExecutionException ex) {
			// The binder is closed; the broker keeps the messages.
			this.stopped = true;
		}
	}

	private void handOn() {
		Delivery next = next();
		while (next != null) {
			this.delivering.lock();
			try {
				if (!this.paused && !this.stopped) {
					handOn(next);
				}
				else {
					next.release();
				}
			}
			finally {
				this.delivering.unlock();
			}
			next = next();
		}
	}

	private @Nullable Delivery next() {
		synchronized (this.arrived) {
			Delivery next = this.arrived.poll();
			this.handingOn = next != null;
			return next;
		}
	}

	private void handOn(Delivery delivery) {
		try {
			sendMessage(new GenericMessage<>(delivery.encoded(), Map.of(Delivery.HEADER, delivery)));
		}
		catch (RuntimeException ex) {
			log.warn("{}: a message was not taken, it is tried again", name(), ex);
			delivery.refuse();
		}
	}

	@Override
	public void pause() {
		this.paused = true;
		Deque<Delivery> back = new ArrayDeque<>();
		synchronized (this.arrived) {
			back.addAll(this.arrived);
			this.arrived.clear();
		}
		ReceivingLink open = this.link;
		if (open != null) {
			open.shut();
		}
		back.descendingIterator().forEachRemaining((delivery) -> delivery.release());
	}

	@Override
	public void resume() {
		if (!this.paused) {
			return;
		}
		this.paused = false;
		ReceivingLink open = this.link;
		if (open != null) {
			open.open();
		}
	}

	@Override
	public boolean isPaused() {
		return this.paused;
	}

	@Override
	protected void doStop() {
		this.stopped = true;
		this.keeper.stop();
	}

}
