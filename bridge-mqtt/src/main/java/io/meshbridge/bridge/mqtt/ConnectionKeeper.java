package io.meshbridge.bridge.mqtt;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Keeps one client connected: makes a new {@link Connection} when one is lost, with a
 * growing pause between attempts, and logs each change of state once. Thread-safe.
 */
final class ConnectionKeeper implements Connection.Listener {

	/** A connection that lived this long was a good one: the pauses start over. */
	private static final Duration GOOD = Duration.ofSeconds(10);

	private final ConnectionSettings settings;

	private final MqttBroker broker;

	private final Owner owner;

	/** Guards the fields below; never held while the network is waited for. */
	private final Object monitor = new Object();

	private boolean running;

	private boolean suspended;

	private @Nullable Connection current;

	/** A connection that was lost before it became the current one. */
	private @Nullable Connection lostEarly;

	private @Nullable ScheduledFuture<?> nextAttempt;

	private boolean attempting;

	private @Nullable String problem;

	private long upSince;

	private long downSince;

	private Duration pause;

	ConnectionKeeper(ConnectionSettings settings, MqttBroker broker, Owner owner) {
		this.settings = settings;
		this.broker = broker;
		this.owner = owner;
		this.pause = broker.properties().reconnectDelay();
	}

	/**
	 * Connects, and from then on stays connected.
	 * @throws ConnectionException when the broker is not there or refuses; then nothing
	 * is left running
	 */
	void start() throws ConnectionException {
		synchronized (this.monitor) {
			if (this.running) {
				return;
			}
			this.running = true;
			this.suspended = false;
		}
		try {
			open();
		}
		catch (ConnectionException ex) {
			synchronized (this.monitor) {
				this.running = false;
			}
			this.broker.notThere(ex.getMessage());
			throw ex;
		}
		this.broker.add(this);
		this.settings.logger().info("Connected to {} as '{}'", this.settings.describe(), this.settings.clientId());
	}

	private void open() throws ConnectionException {
		Connection connection = this.settings.open(this);
		Connection.Terms terms = connection.connect();
		try {
			this.owner.connected(connection, terms);
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
			wanted = this.running && !this.suspended;
			if (wanted && !lost) {
				this.current = connection;
				this.problem = null;
				this.upSince = System.nanoTime();
			}
		}
		if (lost || !wanted) {
			this.owner.disconnected("connection lost");
			connection.close();
		}
		if (lost && wanted) {
			throw new ConnectionException(this.settings.describe() + ": lost the connection at once");
		}
	}

	@Override
	public void arrived(Connection connection, int packetId, boolean duplicate, Packet packet) {
		this.owner.arrived(connection, packetId, packet);
	}

	@Override
	public void lost(Connection connection, String reason) {
		synchronized (this.monitor) {
			if (this.current != connection) {
				this.lostEarly = connection;
				return;
			}
			this.current = null;
			this.problem = reason;
			this.downSince = System.nanoTime();
			if (this.downSince - this.upSince > GOOD.toNanos()) {
				this.pause = this.broker.properties().reconnectDelay();
			}
		}
		this.owner.disconnected(reason);
		this.settings.logger()
			.warn("Lost the connection to {} as '{}': {}; trying again", this.settings.describe(),
					this.settings.clientId(), reason);
		schedule();
	}

	private void schedule() {
		synchronized (this.monitor) {
			if (!this.running || this.suspended) {
				return;
			}
			cancelNextAttempt();
			this.nextAttempt = this.broker.timer()
				.schedule(() -> this.broker.workers().execute(this::attempt), this.pause.toMillis(),
						TimeUnit.MILLISECONDS);
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
			if (!this.running || this.suspended || this.current != null || this.attempting) {
				return;
			}
			this.attempting = true;
		}
		try {
			open();
			synchronized (this.monitor) {
				this.attempting = false;
				if (this.current == null) {
					// Suspended meanwhile; resumed already, or this does nothing.
					schedule();
					return;
				}
			}
			this.settings.logger()
				.info("Connected to {} as '{}' again, after {} s", this.settings.describe(), this.settings.clientId(),
						TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - this.downSince));
		}
		catch (ConnectionException | RuntimeException ex) {
			synchronized (this.monitor) {
				this.attempting = false;
				this.problem = ex.getMessage();
			}
			this.settings.logger().debug("Still no connection", ex);
			schedule();
		}
	}

	/**
	 * Closes the connection, keeping the session, until {@link #resume()}.
	 */
	void suspend() {
		Connection connection;
		synchronized (this.monitor) {
			this.suspended = true;
			connection = this.current;
			this.current = null;
		}
		this.owner.disconnected("suspended");
		if (connection != null) {
			connection.close();
		}
	}

	/**
	 * Connects again after {@link #suspend()}, on a thread of its own.
	 */
	void resume() {
		synchronized (this.monitor) {
			if (!this.suspended) {
				return;
			}
			this.suspended = false;
			this.downSince = System.nanoTime();
		}
		this.broker.workers().execute(this::attempt);
	}

	/**
	 * Disconnects, keeping the session.
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
		this.owner.disconnected("stopped");
		this.settings.logger().info("Disconnected '{}' from {}", this.settings.clientId(), this.settings.describe());
	}

	/**
	 * Drops a connection whose broker does not answer any more.
	 */
	void reset(Connection connection, String reason) {
		lost(connection, reason);
		this.broker.workers().execute(connection::close);
	}

	/**
	 * Why it is not connected, or {@code null} when all is well.
	 */
	@Nullable String problem() {
		synchronized (this.monitor) {
			return (this.current != null || this.suspended) ? null
					: (this.problem != null) ? this.problem : "connecting";
		}
	}

	/**
	 * Who uses the connection.
	 */
	interface Owner {

		/**
		 * A connection stands; it is not yet the current one.
		 */
		void connected(Connection connection, Connection.Terms terms) throws ConnectionException;

		/**
		 * The connection is gone.
		 */
		void disconnected(String reason);

		/**
		 * A PUBLISH came in, possibly before {@link #connected} was called for its
		 * connection.
		 */
		default void arrived(Connection connection, int packetId, Packet packet) {
		}

	}

}
