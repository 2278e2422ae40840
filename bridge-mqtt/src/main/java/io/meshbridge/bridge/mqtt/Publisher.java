package io.meshbridge.bridge.mqtt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

import io.meshbridge.bridge.SendException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what all targets of a binder send, over one connection, in the order it is
 * handed over. What exceeds the broker's window waits here, in order; how much that can
 * be is bounded by what the gateway holds in flight. Nothing is sent twice: when the
 * connection is lost, everything unconfirmed fails and its sender decides. Thread-safe.
 */
final class Publisher implements ConnectionKeeper.Owner {

	private static final Logger logger = LoggerFactory.getLogger(Publisher.class);

	private final MqttBroker broker;

	private final Object users = new Object();

	/** How many targets use the connection; guarded by {@link #users}. */
	private int count;

	/** Guarded by {@link #users}. */
	private @Nullable ConnectionKeeper keeper;

	/** Guards the fields below; held while a packet is handed to the client. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Outgoing> waiting = new ArrayDeque<>();

	private final Set<Outgoing> inFlight = new LinkedHashSet<>();

	private @Nullable Connection connection;

	private Connection.Terms terms = new Connection.Terms(false, 1, 0, 0, false);

	private String downBecause = "not connected yet";

	Publisher(MqttBroker broker) {
		this.broker = broker;
	}

	/**
	 * Connects when the first target comes.
	 * @throws ConnectionException when the broker is not there or refuses
	 */
	void acquire() throws ConnectionException {
		synchronized (this.users) {
			ConnectionKeeper keeper = this.keeper;
			if (keeper == null) {
				keeper = new ConnectionKeeper(this.broker.publisherSettings(logger), this.broker, this);
				keeper.start();
				this.keeper = keeper;
			}
			String problem = keeper.problem();
			if (problem != null) {
				if (this.count == 0) {
					keeper.stop();
					this.keeper = null;
				}
				throw new ConnectionException(problem);
			}
			this.count++;
		}
	}

	/**
	 * Disconnects when the last target goes.
	 */
	void release() {
		synchronized (this.users) {
			this.count--;
			if (this.count == 0 && this.keeper != null) {
				this.keeper.stop();
				this.keeper = null;
			}
		}
	}

	@Override
	public void connected(Connection connection, Connection.Terms terms) {
		this.lock.lock();
		try {
			this.connection = connection;
			this.terms = terms;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void disconnected(String reason) {
		List<Outgoing> failed;
		this.lock.lock();
		try {
			this.connection = null;
			this.downBecause = reason;
			failed = new ArrayList<>(this.inFlight);
			failed.addAll(this.waiting);
			this.inFlight.clear();
			this.waiting.clear();
		}
		finally {
			this.lock.unlock();
		}
		failed.forEach((outgoing) -> outgoing.fail(connectionLost(outgoing, reason, null)));
	}

	private static SendException connectionLost(Outgoing outgoing, String reason, @Nullable Throwable cause) {
		return ReasonCodes.connectionLost(outgoing.packet().topic(), reason, cause);
	}

	/**
	 * Sends a packet and completes its future when the broker has answered. Never blocks.
	 */
	void publish(Outgoing outgoing) {
		String down = null;
		Connection stuck = null;
		this.lock.lock();
		try {
			if (this.connection == null) {
				down = this.downBecause;
			}
			else {
				this.waiting.add(outgoing);
				stuck = givenUp() ? this.connection : null;
			}
		}
		finally {
			this.lock.unlock();
		}
		if (down != null) {
			outgoing.fail(connectionLost(outgoing, down, null));
			return;
		}
		if (stuck != null) {
			reset(stuck);
		}
		drain();
	}

	/**
	 * Whether the window is full and its oldest sender has stopped waiting: a broker that
	 * owes that PUBACK does not take anything more, so only a new connection helps.
	 */
	private boolean givenUp() {
		return this.inFlight.size() >= window() && this.inFlight.iterator().next().confirmed().isDone();
	}

	private void reset(Connection stuck) {
		ConnectionKeeper keeper;
		synchronized (this.users) {
			keeper = this.keeper;
		}
		if (keeper != null) {
			keeper.reset(stuck, "the broker owes PUBACKs for longer than their senders wait");
		}
	}

	private int window() {
		return Math.max(1, Math.min(this.terms.receiveMaximum(), this.broker.properties().maxInFlight()));
	}

	private void drain() {
		boolean more = true;
		while (more) {
			Outgoing outgoing = null;
			SendException failure = null;
			this.lock.lock();
			try {
				if (this.connection == null || this.inFlight.size() >= window()) {
					return;
				}
				outgoing = this.waiting.poll();
				more = outgoing != null;
				if (outgoing != null && !outgoing.confirmed().isDone()) {
					failure = send(this.connection, outgoing);
				}
			}
			finally {
				this.lock.unlock();
			}
			if (outgoing != null && failure != null) {
				outgoing.fail(failure);
			}
		}
	}

	private @Nullable SendException send(Connection connection, Outgoing outgoing) {
		SendException refused = refusal(outgoing.packet());
		if (refused != null) {
			return refused;
		}
		this.inFlight.add(outgoing);
		try {
			connection.publish(outgoing.packet(), new Connection.Confirmation() {

				@Override
				public void answered(int reasonCode) {
					settled(outgoing);
					if (reasonCode >= ReasonCodes.FAILURE
							|| (outgoing.needsSubscriber() && reasonCode == ReasonCodes.NO_MATCHING_SUBSCRIBERS)) {
						outgoing.fail(ReasonCodes.failure(outgoing.packet().topic(), reasonCode));
					}
					else {
						outgoing.confirmed().complete(null);
					}
					drain();
				}

				@Override
				public void failed(Throwable cause) {
					settled(outgoing);
					outgoing.fail(connectionLost(outgoing, String.valueOf(cause.getMessage()), cause));
					drain();
				}

			});
			return null;
		}
		catch (SendException ex) {
			this.inFlight.remove(outgoing);
			return ex;
		}
	}

	/**
	 * Why the broker, by what it said when it connected, would not take the packet. Paho
	 * would quietly lower the QoS and drop the retain flag instead.
	 */
	private @Nullable SendException refusal(Packet packet) {
		long limit = Math.min(this.terms.maximumPacketBytes(), this.broker.properties().maxPacketBytes());
		if (packet.wireBytes() > limit) {
			return SendException.permanent("TOO_LARGE",
					"%s: packet of %,d bytes exceeds the broker's limit of %,d bytes".formatted(packet.topic(),
							packet.wireBytes(), limit),
					null);
		}
		if (packet.qos() > this.terms.maximumQos()) {
			return SendException.permanent("QOS_NOT_SUPPORTED", "%s: the broker takes QoS %d at most, expected %d"
				.formatted(packet.topic(), this.terms.maximumQos(), packet.qos()), null);
		}
		if (packet.retained() && !this.terms.retainAvailable()) {
			return SendException.permanent("RETAIN_NOT_SUPPORTED",
					packet.topic() + ": the broker keeps no retained messages", null);
		}
		return null;
	}

	private void settled(Outgoing outgoing) {
		this.lock.lock();
		try {
			this.inFlight.remove(outgoing);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A packet on its way out; equal only to itself.
	 */
	static final class Outgoing {

		private final Packet packet;

		private final boolean needsSubscriber;

		private final CompletableFuture<Void> confirmed;

		/**
		 * @param needsSubscriber whether a message that nobody is subscribed to counts as
		 * failed
		 * @param confirmed completes when the broker has it, or fails with a
		 * {@link SendException}
		 */
		Outgoing(Packet packet, boolean needsSubscriber, CompletableFuture<Void> confirmed) {
			this.packet = packet;
			this.needsSubscriber = needsSubscriber;
			this.confirmed = confirmed;
		}

		Packet packet() {
			return this.packet;
		}

		boolean needsSubscriber() {
			return this.needsSubscriber;
		}

		CompletableFuture<Void> confirmed() {
			return this.confirmed;
		}

		void fail(SendException failure) {
			this.confirmed.completeExceptionally(failure);
		}

	}

}
