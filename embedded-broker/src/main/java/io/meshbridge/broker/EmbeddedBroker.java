package io.meshbridge.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.meshbridge.bridge.Listener;
import io.meshbridge.broker.channel.EmbeddedJournal;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ActiveMQServers;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Apache Artemis in the gateway's own JVM, with listeners for MQTT and AMQP 1.0 and a
 * journal on disk: what it has confirmed survives the process, and so do the sessions of
 * its clients. It runs before the first binding starts and after the last one stopped.
 */
final class EmbeddedBroker implements SmartLifecycle, Listener {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedBroker.class);

	/** Another process that holds the journal is given this long to end. */
	private static final long JOURNAL_LOCK_MILLIS = TimeUnit.SECONDS.toMillis(5);

	private final EmbeddedBrokerProperties properties;

	private final Path folder;

	/** Tells the brokers of one JVM apart. */
	private final int serverId = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);

	private final List<BrokerListener> wanted;

	/** Written by the thread that starts. */
	private volatile List<BrokerListener> listeners = List.of();

	/** Written by the thread that starts and stops. */
	private volatile @Nullable ActiveMQServer server;

	EmbeddedBroker(EmbeddedBrokerProperties properties, Path folder, List<BrokerListener> wanted) {
		this.properties = properties;
		this.folder = folder;
		this.wanted = List.copyOf(wanted);
	}

	@Override
	public void start() {
		if (isRunning()) {
			return;
		}
		this.listeners = this.wanted.stream().filter(this::free).toList();
		ActiveMQServer starting = ActiveMQServers.newActiveMQServer(configuration(), null, null, true);
		try {
			starting.registerBrokerPlugin(new MessageOrder(starting));
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
		this.server = starting;
		logger.info("Embedded broker: {}, journal in {}", this.listeners.isEmpty() ? "no listener" : listening(),
				this.folder);
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
			if (!parsed.isLoopbackAddress()) {
				logger.warn(
						"Embedded broker: the {} listener on {}:{} is open to everyone who can reach it, without "
								+ "authentication (meshbridge.embedded-broker.address)",
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
		ConfigurationImpl configuration = new ConfigurationImpl();
		configuration.setName("meshbridge");
		configuration.setPersistenceEnabled(true);
		configuration.setJournalType(JournalType.NIO);
		configuration.setJournalDatasync(true);
		configuration.setJournalLockAcquisitionTimeout(JOURNAL_LOCK_MILLIS);
		configuration.setJournalDirectory(this.folder.resolve("journal").toString());
		configuration.setBindingsDirectory(this.folder.resolve("bindings").toString());
		configuration.setPagingDirectory(this.folder.resolve("paging").toString());
		configuration.setLargeMessagesDirectory(this.folder.resolve("large").toString());
		configuration.setGlobalMaxSize(this.properties.maxMemory().toBytes());
		configuration.setMaxDiskUsage(this.properties.maxDiskUsage());
		configuration.setSecurityEnabled(false);
		configuration.setJMXManagementEnabled(false);
		configuration.setGracefulShutdownEnabled(false);
		AddressSettings everything = new AddressSettings();
		everything.setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE);
		everything.setPageSizeBytes((int) Math.min(10_485_760, this.properties.maxMemory().toBytes() / 4));
		// Else a message that was delivered ten times without an answer would be dropped.
		everything.setMaxDeliveryAttempts(-1);
		// Both exist in name only, so that Artemis does not warn about each queue that it
		// lacks them; a message that expires is gone, as its publisher wanted.
		everything.setDeadLetterAddress(SimpleString.of("meshbridge.undeliverable"));
		everything.setExpiryAddress(SimpleString.of("meshbridge.expired"));
		// What an AMQP client sends to an address that nobody has asked for yet waits
		// there in a queue. The broker's own default is a topic, where it would be gone.
		// MQTT
		// says for itself that its addresses are topics.
		everything.setDefaultAddressRoutingType(RoutingType.ANYCAST);
		everything.setDefaultQueueRoutingType(RoutingType.ANYCAST);
		// A queue that is empty and without a receiver would go, and what a sender that
		// is still attached sends then, with it.
		everything.setAutoDeleteQueues(false);
		configuration.addAddressSetting("#", everything);
		try {
			configuration.addAcceptorConfiguration("gateway", "vm://" + this.serverId);
			for (BrokerListener listener : this.listeners) {
				configuration.addAcceptorConfiguration(listener.key(),
						"tcp://%s:%d?protocols=%s;useEpoll=false;useKQueue=false".formatted(this.properties.address(),
								listener.port(), listener.artemisProtocol()));
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException("listener of the embedded broker: " + ex.getMessage(), ex);
		}
		return configuration;
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
		return new EmbeddedJournal(this::running, this.serverId);
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
