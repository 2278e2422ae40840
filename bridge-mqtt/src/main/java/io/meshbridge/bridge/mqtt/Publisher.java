package io.meshbridge.bridge.mqtt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
		failed.forEach((outgoing) -> outgoing.lost(reason, null));
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
			outgoing.lost(down, null);
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
		return this.inFlight.size() >= window() && this.inFlight.iterator().next().done();
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
				if (outgoing != null && !outgoing.done()) {
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
		try {
			this.terms.requireAllowed(outgoing.packet(), this.broker.properties().maxPacketBytes());
			this.inFlight.add(outgoing);
			connection.publish(outgoing.packet(), new Connection.Confirmation() {

				@Override
				public void answered(int reasonCode) {
					settled(outgoing);
					outgoing.answered(reasonCode);
					drain();
				}

				@Override
				public void failed(Throwable cause) {
					settled(outgoing);
					outgoing.lost(String.valueOf(cause.getMessage()), cause);
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

	private void settled(Outgoing outgoing) {
		this.lock.lock();
		try {
			this.inFlight.remove(outgoing);
		}
		finally {
			this.lock.unlock();
		}
	}

}
