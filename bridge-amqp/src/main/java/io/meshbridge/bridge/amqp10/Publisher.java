package io.meshbridge.bridge.amqp10;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import io.meshbridge.bridge.SendException;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Modified;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.messaging.TerminusDurability;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends to one address over a link of its own, in the order it is asked to, many messages
 * at a time. What the broker has no credit for waits here, in order. Nothing is sent
 * twice: when the connection is lost everything that is not answered fails, and what
 * waits behind it, and only then a new connection is made. Thread-safe.
 */
final class Publisher implements ConnectionKeeper.Owner {

	private static final Logger logger = LoggerFactory.getLogger(Publisher.class);

	/** How many messages may wait for credit; the gateway has far less in flight. */
	private static final int MAX_WAITING = 100_000;

	private static final long SWEEP_MILLIS = 100;

	private final Amqp10Broker broker;

	private final String address;

	private final Amqp10ProducerProperties settings;

	private final List<String> requiredGroups;

	private final ConnectionKeeper keeper;

	/** Whether the I/O thread is asked already to look at what waits. */
	private final AtomicBoolean pumpDue = new AtomicBoolean();

	/** Guards the fields below; never held while a future is completed. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Outgoing> waiting = new ArrayDeque<>();

	private @Nullable SendingLink link;

	private ConnectionException downBecause = ConnectionException.of("not connected yet");

	/** Guarded by this. */
	private @Nullable ScheduledFuture<?> sweep;

	/**
	 * @param requiredGroups groups that must be subscribed before anything is sent to a
	 * topic
	 */
	Publisher(Amqp10Broker broker, String address, Amqp10ProducerProperties settings, List<String> requiredGroups) {
		this.broker = broker;
		this.address = address;
		this.settings = settings;
		this.requiredGroups = (settings.getAddressType() == AddressType.TOPIC) ? List.copyOf(requiredGroups)
				: List.of();
		this.keeper = new ConnectionKeeper(broker, broker.anyContainerId(), this, logger);
	}

	@Override
	public String name() {
		return "amqp10 target '" + this.address + "'";
	}

	/**
	 * Connects. A refusal of the address is told to those who send to it.
	 * @throws ConnectionException when the broker is not there
	 */
	synchronized void start() throws ConnectionException {
		this.keeper.start(true);
		this.sweep = this.broker.timer()
			.scheduleWithFixedDelay(this::failOverdue, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
	}

	synchronized void stop() {
		if (this.sweep != null) {
			this.sweep.cancel(false);
		}
		this.keeper.stop();
	}

	@Override
	public void connected(Connection connection) throws ConnectionException {
		for (String group : this.requiredGroups) {
			connection.subscribe(this.address, Subscription.ofGroup(group, this.address));
		}
		SendingLink attached = new SendingLink(connection);
		connection.attach(attached::make);
		// What was under way on the link before has failed by now: the I/O thread was
		// told so before it attached this one.
		this.lock.lock();
		try {
			this.link = attached;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void disconnected(ConnectionException reason) {
		SendingLink lost;
		List<Outgoing> behind;
		this.lock.lock();
		try {
			lost = this.link;
			this.link = null;
			this.downBecause = reason;
			behind = new ArrayList<>(this.waiting);
			this.waiting.clear();
		}
		finally {
			this.lock.unlock();
		}
		if (lost != null) {
			lost.connection.execute(() -> lost.fail(reason, behind));
		}
	}

	/**
	 * Sends a message and completes its future when the broker has answered. Never
	 * blocks.
	 */
	void publish(Outgoing outgoing) {
		SendingLink to;
		SendException failure = null;
		this.lock.lock();
		try {
			to = this.link;
			if (to == null) {
				failure = Conditions.lost(this.address, this.downBecause, false);
			}
			else if (this.waiting.size() >= MAX_WAITING) {
				failure = SendException.transientFailure("NO_CREDIT",
						"%s: %,d messages wait already for the broker's credit".formatted(this.address, MAX_WAITING),
						null);
			}
			else {
				this.waiting.add(outgoing);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (failure != null) {
			outgoing.fail(failure);
		}
		else if (to != null && this.pumpDue.compareAndSet(false, true)) {
			to.connection.execute(to::pump);
		}
	}

	private @Nullable Outgoing poll(SendingLink asking) {
		this.lock.lock();
		try {
			return (this.link == asking) ? this.waiting.poll() : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void failOverdue() {
		long now = System.nanoTime();
		List<Outgoing> overdue;
		SendingLink open;
		this.lock.lock();
		try {
			open = this.link;
			overdue = this.waiting.stream().filter((outgoing) -> outgoing.overdue(now)).toList();
			this.waiting.removeIf((outgoing) -> outgoing.overdue(now) || outgoing.isDone());
		}
		finally {
			this.lock.unlock();
		}
		overdue.forEach((outgoing) -> outgoing.fail(
				SendException.transientFailure("TIMEOUT", this.address + ": the broker gave no credit in time", null)));
		if (open != null) {
			open.connection.execute(() -> open.failOverdue(now));
		}
	}

	/**
	 * The link on one connection. For the I/O thread, but for the constructor.
	 */
	private final class SendingLink {

		private final Connection connection;

		/** Sent and not answered. */
		private final Set<Outgoing> inFlight = new LinkedHashSet<>();

		private @Nullable Sender sender;

		/** Delivery tag of the next message. */
		private long tags;

		/** Begun, and the session had no room for the rest. */
		private @Nullable Outgoing begun;

		SendingLink(Connection connection) {
			this.connection = connection;
		}

		Link<?> make(Session session) {
			Amqp10ProducerProperties settings = Publisher.this.settings;
			Sender made = session.sender("meshbridge-" + Amqp10Broker.random());
			made.setSenderSettleMode(SenderSettleMode.UNSETTLED);
			made.setReceiverSettleMode(ReceiverSettleMode.FIRST);
			made.setSource(new Source().setAddress(made.getName())
				.setOutcomes(Accepted.DESCRIPTOR_SYMBOL, Rejected.DESCRIPTOR_SYMBOL, Released.DESCRIPTOR_SYMBOL,
						Modified.DESCRIPTOR_SYMBOL));
			Target target = new Target().setAddress(Publisher.this.address);
			target.setDurable(settings.isDurable() ? TerminusDurability.UNSETTLED_STATE : TerminusDurability.NONE);
			Symbol capability = settings.getAddressType().capability();
			if (capability != null) {
				target.setCapabilities(capability);
			}
			made.setTarget(target);
			made.creditStateUpdateHandler((updated) -> pump());
			made.deliveryStateUpdatedHandler(this::answered);
			this.sender = made;
			return made;
		}

		void pump() {
			Publisher.this.pumpDue.set(false);
			Sender to = this.sender;
			if (to == null) {
				return;
			}
			if (this.begun != null && !goOn(to, this.begun)) {
				return;
			}
			while (!this.connection.over() && to.isSendable()
					&& this.inFlight.size() < Publisher.this.broker.properties().maxInFlight()) {
				Outgoing next = poll(this);
				if (next == null) {
					return;
				}
				if (!next.isDone() && !send(to, next)) {
					return;
				}
			}
			if (to.isDraining() && this.begun == null) {
				to.drained();
			}
		}

		private boolean send(Sender to, Outgoing next) {
			SendException refused = refusal(to, next);
			if (refused != null) {
				next.fail(refused);
				return true;
			}
			this.inFlight.add(next);
			OutgoingDelivery delivery = to.next();
			delivery.setTag(ByteBuffer.allocate(Long.BYTES).putLong(this.tags++).array());
			delivery.setLinkedResource(next);
			next.delivery = delivery;
			return goOn(to, next);
		}

		/**
		 * Writes as much of a message as the session has room for.
		 * @return whether that was all
		 */
		private boolean goOn(Sender to, Outgoing next) {
			OutgoingDelivery delivery = next.delivery;
			if (delivery == null || !to.isSendable()) {
				return false;
			}
			try {
				delivery.streamBytes(next.message(), true);
			}
			catch (RuntimeException ex) {
				this.connection.reset("can't be written to: " + ex.getMessage());
				return false;
			}
			boolean whole = !next.message().isReadable();
			this.begun = whole ? null : next;
			return whole;
		}

		private @Nullable SendException refusal(Sender to, Outgoing next) {
			UnsignedLong said = to.getRemoteMaxMessageSize();
			long theirs = (said == null || said.longValue() <= 0) ? Long.MAX_VALUE : said.longValue();
			long limit = Math.min(theirs, Publisher.this.broker.properties().maxMessageBytes());
			if (next.bytes() <= limit) {
				return null;
			}
			return SendException.permanent(Conditions.TOO_LARGE,
					"%s: message of %,d bytes exceeds the limit of %,d bytes (%s)".formatted(Publisher.this.address,
							next.bytes(), limit,
							(limit == theirs) ? "the broker's max-message-size" : "meshbridge.amqp10.max-message-size"),
					null);
		}

		private void answered(OutgoingDelivery delivery) {
			DeliveryState outcome = delivery.getRemoteState();
			boolean terminal = outcome instanceof Accepted || outcome instanceof Rejected || outcome instanceof Released
					|| outcome instanceof Modified;
			if (!terminal && !delivery.isRemotelySettled()) {
				return;
			}
			Outgoing outgoing = delivery.getLinkedResource(Outgoing.class);
			delivery.settle();
			this.inFlight.remove(outgoing);
			SendException failure = Conditions.failure(Publisher.this.address, outcome);
			if (failure == null) {
				outgoing.confirm();
			}
			else {
				outgoing.fail(failure);
			}
			if (Publisher.this.pumpDue.compareAndSet(false, true)) {
				this.connection.execute(this::pump);
			}
		}

		/**
		 * A broker that owes all the answers it may owe takes nothing more, so when their
		 * senders have stopped waiting only a new connection helps.
		 */
		void failOverdue(long now) {
			boolean waitedFor = false;
			for (Outgoing outgoing : new ArrayList<>(this.inFlight)) {
				if (outgoing.overdue(now)) {
					outgoing.fail(SendException.transientFailure("TIMEOUT",
							Publisher.this.address + ": no answer from the broker in time", null));
				}
				waitedFor = waitedFor || !outgoing.isDone();
			}
			if (!waitedFor && this.inFlight.size() >= Publisher.this.broker.properties().maxInFlight()) {
				this.connection.reset("the broker owes answers for longer than their senders wait");
			}
		}

		/**
		 * Fails what was not answered, and then what waited behind it.
		 */
		void fail(ConnectionException reason, List<Outgoing> behind) {
			List<Outgoing> unanswered = new ArrayList<>(this.inFlight);
			this.inFlight.clear();
			boolean alone = unanswered.size() == 1;
			unanswered.forEach((outgoing) -> outgoing.fail(Conditions.lost(Publisher.this.address, reason, alone)));
			behind.forEach((outgoing) -> outgoing.fail(Conditions.lost(Publisher.this.address, reason, false)));
		}

	}

}
