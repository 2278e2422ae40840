package io.meshbridge.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.meshbridge.bridge.Listener;
import io.meshbridge.bridge.OwnBroker;
import io.meshbridge.broker.channel.EmbeddedJournal;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ServiceRegistry;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.server.impl.ServiceRegistryImpl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.context.SmartLifecycle;

/**
 * Apache Artemis in the gateway's own JVM, with listeners for MQTT and AMQP 1.0 and a
 * journal on disk: what it has confirmed survives the process, and so do the sessions of
 * its clients. It runs before the first binding starts and after the last one stopped.
 */
final class EmbeddedBroker implements SmartLifecycle, Listener, OwnBroker {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedBroker.class);

	private static final String LOOPBACK = "127.0.0.1";

	/** Another process that holds the journal is given this long to end. */
	private static final long JOURNAL_LOCK_MILLIS = TimeUnit.SECONDS.toMillis(5);

	private final EmbeddedBrokerProperties properties;

	private final Path folder;

	private final List<BrokerListener> wanted;

	private final @Nullable SslBundle tls;

	private final BrokerUsers users;

	/**
	 * Where the gateway's own binders connect while the listeners are encrypted, by type:
	 * they trust no certificate of ours, and may have none to show.
	 */
	private final Map<String, Integer> ownPorts;

	/** Written by the thread that starts. */
	private volatile List<BrokerListener> listeners = List.of();

	/** Written by the thread that starts and stops. */
	private volatile @Nullable ActiveMQServer server;

	/** Written by the thread that starts. */
	private volatile @Nullable DiskSpace space;

	/**
	 * @param tls key of the listeners, or {@code null} for listeners that are not
	 * encrypted
	 */
	EmbeddedBroker(EmbeddedBrokerProperties properties, Path folder, List<BrokerListener> wanted,
			@Nullable SslBundle tls) {
		this.properties = properties;
		this.folder = folder;
		this.wanted = List.copyOf(wanted);
		this.tls = tls;
		this.users = new BrokerUsers(properties.users());
		this.ownPorts = (tls == null) ? Map.of()
				: wanted.stream().collect(Collectors.toMap(BrokerListener::binderType, (listener) -> freePort()));
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new EmbeddedBrokerException("No port of " + LOOPBACK + " is free: " + ex.getMessage(),
					"Stop what uses them.", ex);
		}
	}

	@Override
	public void start() {
		if (isRunning()) {
			return;
		}
		this.wanted.forEach(this::requireClosed);
		this.listeners = this.wanted.stream().filter(this::free).toList();
		JournalFolder journal = new JournalFolder(this.folder);
		journal.requireWritable();
		journal.requireWhole(this.properties.damagedJournal());
		ServiceRegistry services = new ServiceRegistryImpl();
		ActiveMQServer starting = new ActiveMQServerImpl(configuration(), null, new BrokerSecurity(this.users), null,
				services);
		DiskSpace disk = new DiskSpace(new JournalDisk(starting, this.folder), this.properties.minDiskFree().toBytes(),
				this.properties.maxDiskUsage(), System::nanoTime);
		try {
			starting.registerBrokerPlugin(new MessageOrder(starting));
			new Admission(starting, disk::refusal, this.properties.maxMessageSize().toBytes()).register(services);
			starting.start();
			if (!starting.waitForActivation(JOURNAL_LOCK_MILLIS, TimeUnit.MILLISECONDS)) {
				throw new EmbeddedBrokerException(
						"The journal in '" + this.folder + "' could not be opened within " + JOURNAL_LOCK_MILLIS
								+ " ms.",
						"See that no other gateway uses the folder, or set "
								+ "meshbridge.embedded-broker.data-dir (or meshbridge.data-dir) to another one.",
						null);
			}
		}
		catch (EmbeddedBrokerException ex) {
			stop(starting);
			throw ex;
		}
		catch (Exception ex) {
			stop(starting);
			throw new EmbeddedBrokerException("The embedded broker did not start: " + ex.getMessage(),
					"See that the folder '" + this.folder + "' can be written and that no other gateway uses it "
							+ "(meshbridge.data-dir), or switch the broker off (meshbridge.embedded-broker.enabled).",
					ex);
		}
		this.space = disk;
		this.server = starting;
		logger.info("Embedded broker: {}, journal in {}", this.listeners.isEmpty() ? "no listener" : listening(),
				this.folder);
	}

	/**
	 * Closed unless opened.
	 */
	private void requireClosed(BrokerListener listener) {
		String address = this.properties.address();
		try {
			if (!this.users.everyone() || this.properties.openToEveryone()
					|| InetAddress.getByName(address).isLoopbackAddress()) {
				return;
			}
		}
		catch (UnknownHostException ex) {
			throw new EmbeddedBrokerException("meshbridge.embedded-broker.address is '" + address
					+ "', which this machine does not know: " + ex.getMessage(), "Name an address of this machine.",
					ex);
		}
		throw new EmbeddedBrokerException(
				"The embedded broker would listen for " + listener.protocol() + " on " + address + ":" + listener.port()
						+ ", where everyone who can reach it could read and write, as it has no users.",
				"Name users in meshbridge.embedded-broker.users (and encrypt the listeners with "
						+ "meshbridge.embedded-broker.ssl-bundle), leave meshbridge.embedded-broker.address a loopback "
						+ "address, or say meshbridge.embedded-broker.open-to-everyone=true if the network keeps "
						+ "strangers away.",
				null);
	}

	/**
	 * Artemis itself only logs that a port is taken, and runs on without a listener.
	 */
	private boolean free(BrokerListener listener) {
		String address = this.properties.address();
		try (ServerSocket socket = new ServerSocket()) {
			InetAddress parsed = InetAddress.getByName(address);
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(parsed, listener.port()));
			if (!parsed.isLoopbackAddress() && this.users.everyone()) {
				logger.warn(
						"Embedded broker: the {} listener on {}:{} is open to everyone who can reach it, without "
								+ "authentication (meshbridge.embedded-broker.open-to-everyone)",
						listener.protocol(), address, listener.port());
			}
			else if (!parsed.isLoopbackAddress() && this.tls == null) {
				logger.warn(
						"Embedded broker: passwords come to the {} listener on {}:{} unencrypted "
								+ "(meshbridge.embedded-broker.ssl-bundle)",
						listener.protocol(), address, listener.port());
			}
			return true;
		}
		catch (IOException ex) {
			if (!listener.needed()) {
				logger.warn(
						"Embedded broker: does not listen for {}, as {}:{} is taken: {}. Choose another port with {}, or "
								+ "set {}=false",
						listener.protocol(), address, listener.port(), ex.getMessage(), listener.property("port"),
						listener.property("enabled"));
				return false;
			}
			throw new EmbeddedBrokerException(
					"The embedded broker can't listen for " + listener.protocol() + " on " + address + ":"
							+ listener.port() + ": " + ex.getMessage(),
					"Stop what uses the port, choose another one with " + listener.property("port")
							+ " (address: meshbridge.embedded-broker.address), or do without the listener: "
							+ listener.property("enabled") + "=false, or " + listener.urlProperty()
							+ " for a broker you have.",
					ex);
		}
	}

	private Configuration configuration() {
		ArtemisConfiguration artemis = new ArtemisConfiguration(this.properties)
			.journal(this.folder, JOURNAL_LOCK_MILLIS)
			.security()
			.addresses();
		boolean users = !this.users.everyone();
		for (BrokerListener listener : this.listeners) {
			artemis.listener(listener.key(), this.properties.address(), listener.port(), listener.artemisProtocol(),
					users, this.tls);
			Integer own = this.ownPorts.get(listener.binderType());
			if (own != null) {
				artemis.listener(listener.key() + "-own", LOOPBACK, own, listener.artemisProtocol(), true, null);
			}
		}
		return artemis.made();
	}

	@Override
	public void stop() {
		ActiveMQServer running = this.server;
		if (running != null) {
			this.server = null;
			stop(running);
			logger.info("Embedded broker: stopped");
		}
	}

	private static void stop(ActiveMQServer server) {
		try {
			server.stop();
		}
		catch (Exception ex) {
			// What was confirmed is on disk; there is nothing left to decide.
			logger.warn("Embedded broker: did not stop in order", ex);
		}
	}

	@Override
	public boolean isRunning() {
		ActiveMQServer running = this.server;
		return running != null && running.isStarted();
	}

	@Override
	public int getPhase() {
		return Integer.MIN_VALUE + 100;
	}

	@Override
	public @Nullable String listensOn() {
		return (isRunning() && !this.listeners.isEmpty()) ? listening() : null;
	}

	private String listening() {
		return this.listeners.stream()
			.map((listener) -> listener.protocol() + " on " + this.properties.address() + ":" + listener.port())
			.collect(Collectors.joining(", "));
	}

	/**
	 * The way to the journal for the gateway itself.
	 */
	EmbeddedJournal journal() {
		return new EmbeddedJournal(this::running, this::refusal);
	}

	private @Nullable String refusal() {
		DiskSpace disk = this.space;
		return (disk != null) ? disk.refusal(0) : null;
	}

	@Override
	public @Nullable Entrance entrance(String binderType) {
		for (BrokerListener listener : isRunning() ? this.listeners : this.wanted) {
			if (listener.binderType().equals(binderType)) {
				Integer own = this.ownPorts.get(binderType);
				return new Entrance((own != null) ? LOOPBACK : reachable(this.properties.address()),
						(own != null) ? own : listener.port(), this.users.ownName(), this.users.ownPassword());
			}
		}
		return null;
	}

	private static String reachable(String address) {
		return (address.equals("0.0.0.0") || address.equals("::")) ? LOOPBACK : address;
	}

	private ActiveMQServer running() {
		ActiveMQServer running = this.server;
		if (running == null) {
			throw new IllegalStateException("the embedded broker does not run");
		}
		return running;
	}

	/**
	 * How many clients are connected.
	 */
	int connections() {
		ActiveMQServer running = this.server;
		return (running == null) ? 0 : running.getConnectionCount();
	}

	List<BrokerListener> listeners() {
		return this.listeners;
	}

	EmbeddedBrokerProperties properties() {
		return this.properties;
	}

}
