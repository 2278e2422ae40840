package io.meshbridge.bridge.amqp10;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Keeps one binding connected: makes a new {@link Connection} when one is lost, to the
 * first of the broker's addresses that answers, with a growing pause between rounds, and
 * logs each change of state once. Thread-safe.
 */
final class ConnectionKeeper implements Connection.Listener {

	/** A connection that lived this long was a good one: the pauses start over. */
	private static final Duration GOOD = Duration.ofSeconds(10);

	private final Amqp10Broker broker;

	private final String containerId;

	private final Owner owner;

	private final Logger logger;

	/** Guards the fields below; never held while the network is waited for. */
	private final Object monitor = new Object();

	private boolean running;

	private @Nullable Connection current;

	/** A connection that was lost before it became the current one. */
	private @Nullable Connection lostEarly;

	private @Nullable ScheduledFuture<?> nextAttempt;

	private boolean attempting;

	private @Nullable String problem;

	private long upSince;

	private long downSince;

	private Duration pause;

	ConnectionKeeper(Amqp10Broker broker, String containerId, Owner owner, Logger logger) {
		this.broker = broker;
		this.containerId = containerId;
		this.owner = owner;
		this.logger = logger;
		this.pause = broker.properties().reconnectDelay();
	}

	/**
	 * Connects, and from then on stays connected.
	 * @param evenIfRefused whether to go on trying, instead of giving up, when the broker
	 * is there but refuses the link
	 * @throws ConnectionException when the broker is not there or refuses; then nothing
	 * is left running
	 */
	void start(boolean evenIfRefused) throws ConnectionException {
		synchronized (this.monitor) {
			if (this.running) {
				return;
			}
			this.running = true;
		}
		try {
			open();
		}
		catch (ConnectionException ex) {
			if (evenIfRefused && ex.condition() != null) {
				this.broker.add(this);
				refused(ex);
				return;
			}
			synchronized (this.monitor) {
				this.running = false;
			}
			this.broker.notThere(ex.getMessage());
			throw ex;
		}
		this.broker.add(this);
		this.logger.info("{}: connected to {}", this.owner.name(), address());
	}

	private void refused(ConnectionException reason) {
		synchronized (this.monitor) {
			this.problem = reason.getMessage();
			this.downSince = System.nanoTime();
		}
		this.owner.disconnected(reason);
		this.logger.warn("{}: {}; trying again", this.owner.name(), reason.getMessage());
		schedule();
	}

	private @Nullable BrokerAddress address() {
		synchronized (this.monitor) {
			return (this.current == null) ? null : this.current.address();
		}
	}

	private void open() throws ConnectionException {
		List<BrokerAddress> addresses = this.broker.properties().addresses();
		ConnectionException failure = null;
		for (BrokerAddress address : addresses) {
			try {
				open(address);
				return;
			}
			catch (ConnectionException ex) {
				if (failure != null) {
					ex.addSuppressed(failure);
				}
				failure = ex;
				if (Thread.currentThread().isInterrupted()) {
					break;
				}
			}
		}
		throw (failure != null) ? failure : ConnectionException.of("no address of a broker");
	}

	private void open(BrokerAddress address) throws ConnectionException {
		Connection connection = this.broker.connection(address, this.containerId, this);
		connection.open();
		try {
			this.owner.connected(connection);
		}
		catch (ConnectionException ex) {
			connection.close();
			throw ex;
		}
		boolean wanted;
		boolean lost;
		synchronized (this.monitor) {
			lost = this.lostEarly == connection;
			this.lostEarly = null;
			wanted = this.running;
			if (wanted && !lost) {
				this.current = connection;
				this.problem = null;
				this.upSince = System.nanoTime();
			}
		}
		if (lost || !wanted) {
			this.owner.disconnected(ConnectionException.of(address + ": connection lost"));
			connection.close();
		}
		if (lost && wanted) {
			throw ConnectionException.of(address + ": lost the connection at once");
		}
	}

	@Override
	public void lost(Connection connection, ConnectionException reason) {
		synchronized (this.monitor) {
			if (this.current != connection) {
				this.lostEarly = connection;
				return;
			}
			this.current = null;
			this.problem = reason.getMessage();
			this.downSince = System.nanoTime();
			if (this.downSince - this.upSince > GOOD.toNanos()) {
				this.pause = this.broker.properties().reconnectDelay();
			}
		}
		this.owner.disconnected(reason);
		this.logger.warn("{}: lost the connection: {}; trying again", this.owner.name(), reason.getMessage());
		schedule();
	}

	private void schedule() {
		synchronized (this.monitor) {
			if (!this.running) {
				return;
			}
			cancelNextAttempt();
			try {
				this.nextAttempt = this.broker.timer()
					.schedule(() -> this.broker.workers().execute(this::attempt), this.pause.toMillis(),
							TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				// The binder is closed, and so is all that it connected.
				this.running = false;
			}
			Duration longer = this.pause.multipliedBy(2);
			Duration longest = this.broker.properties().reconnectMaxDelay();
			this.pause = (longer.compareTo(longest) > 0) ? longest : longer;
		}
	}

	private void cancelNextAttempt() {
		if (this.nextAttempt != null) {
			this.nextAttempt.cancel(false);
		}
	}

	private void attempt() {
		synchronized (this.monitor) {
			if (!this.running || this.current != null || this.attempting) {
				return;
			}
			this.attempting = true;
		}
		try {
			open();
			long down;
			synchronized (this.monitor) {
				this.attempting = false;
				down = System.nanoTime() - this.downSince;
				if (this.current == null) {
					return;
				}
			}
			this.logger.info("{}: connected to {} again, after {} s", this.owner.name(), address(),
					TimeUnit.NANOSECONDS.toSeconds(down));
		}
		catch (ConnectionException | RuntimeException ex) {
			synchronized (this.monitor) {
				this.attempting = false;
				this.problem = ex.getMessage();
			}
			this.owner.disconnected(ConnectionException.in(ex));
			this.logger.debug("{}: still no connection", this.owner.name(), ex);
			schedule();
		}
	}

	/**
	 * Disconnects.
	 */
	void stop() {
		Connection connection;
		synchronized (this.monitor) {
			if (!this.running) {
				return;
			}
			this.running = false;
			connection = this.current;
			this.current = null;
			cancelNextAttempt();
		}
		this.broker.remove(this);
		if (connection != null) {
			connection.close();
		}
		this.owner.disconnected(ConnectionException.of("the binding ended"));
		this.logger.info("{}: disconnected", this.owner.name());
	}

	/**
	 * Why it is not connected, or {@code null} when all is well.
	 */
	@Nullable String problem() {
		synchronized (this.monitor) {
			return (this.current != null) ? null
					: this.owner.name() + ": " + ((this.problem != null) ? this.problem : "connecting");
		}
	}

	/**
	 * Who uses the connection.
	 */
	interface Owner {

		/**
		 * What it is, for messages, for example {@code amqp10:orders}.
		 */
		String name();

		/**
		 * A connection stands, and is to be given its link; it is not yet the current
		 * one.
		 */
		void connected(Connection connection) throws ConnectionException;

		/**
		 * The connection is gone, or there is still none. On any thread.
		 */
		void disconnected(ConnectionException reason);

	}

}
