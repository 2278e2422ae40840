package io.meshbridge.bridge.amqp10;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

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
 * takes the unused credit back, and then what was not handed on goes back to the broker.
 */
final class Amqp10Inbound extends MessageProducerSupport implements Pausable, ConnectionKeeper.Owner {

	private static final Logger log = LoggerFactory.getLogger(Amqp10Inbound.class);

	private final Amqp10Broker broker;

	private final String address;

	private final Subscription subscription;

	private final int credit;

	private final boolean ofChannel;

	private final ConnectionKeeper keeper;

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
		this.subscription = Subscription.of(group, address, properties);
		this.credit = properties.getCredit();
		this.ofChannel = properties.ofChannel();
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
		if (this.ofChannel) {
			connection.requireSharedSubscriptions();
		}
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
			this.arrived.add(delivery);
			start = startHandingOn();
		}
		if (start) {
			handOnSoon();
		}
	}

	/**
	 * With the deque locked.
	 */
	private boolean startHandingOn() {
		boolean start = !this.handingOn && !this.paused && !this.arrived.isEmpty();
		this.handingOn = this.handingOn || start;
		return start;
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
			handOn(next);
			next = next();
		}
	}

	private @Nullable Delivery next() {
		synchronized (this.arrived) {
			Delivery next = (this.paused || this.stopped) ? null : this.arrived.poll();
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

	/**
	 * {@inheritDoc} What has arrived by then is kept: a broker may hand out what follows
	 * it before what was given back.
	 */
	@Override
	public void pause() {
		this.paused = true;
		ReceivingLink open = this.link;
		if (open != null) {
			open.shut();
		}
	}

	@Override
	public void resume() {
		if (!this.paused) {
			return;
		}
		boolean start;
		synchronized (this.arrived) {
			this.paused = false;
			start = startHandingOn();
		}
		ReceivingLink open = this.link;
		if (open != null) {
			open.open();
		}
		if (start) {
			handOnSoon();
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
