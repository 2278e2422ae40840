package io.meshbridge.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import javax.management.MBeanServerFactory;

import io.meshbridge.bridge.Listener;
import io.meshbridge.bridge.OwnBroker;
import io.meshbridge.broker.channel.EmbeddedJournal;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.ServiceRegistry;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.server.impl.ServiceRegistryImpl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.context.SmartLifecycle;

/**
 * Apache Artemis in the gateway's own JVM, with listeners for MQTT and AMQP 1.0 and a
 * journal on disk: what it has confirmed survives the process, and so do the sessions of
 * its clients. It runs before the first binding starts and after the last one stopped.
 * <p>
 * Its journal is opened on a thread of its own while the gateway makes its other beans:
 * that takes a tenth of a start, and nobody asks for it before all beans are there.
 */
final class EmbeddedBroker implements SmartLifecycle, InitializingBean, DisposableBean, Listener, OwnBroker {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedBroker.class);

	/** Another process that holds the journal is given this long to end. */
	private static final long JOURNAL_LOCK_MILLIS = TimeUnit.SECONDS.toMillis(5);

	private final EmbeddedBrokerProperties properties;

	private final Path folder;

	private final BrokerUsers users;

	private final BrokerListeners listeners;

	/** Of the thread that makes beans, starts and stops. */
	private @Nullable CompletableFuture<Opened> opening;

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
		this.users = new BrokerUsers(properties.users(),
				(properties.jaasLogin() != null) ? new JaasLogin(properties.jaasLogin()) : null);
		this.listeners = new BrokerListeners(wanted, properties, tls, this.users);
	}

	@Override
	public void afterPropertiesSet() {
		this.opening = CompletableFuture.supplyAsync(this::open,
				(task) -> new Thread(task, "embedded-broker-open").start());
	}

	@Override
	public void start() {
		if (isRunning()) {
			return;
		}
		Opened opened = opened();
		try {
			this.listeners.open(opened.server());
		}
		catch (Exception ex) {
			stop(opened.server());
			throw failed(ex);
		}
		this.space = opened.disk();
		this.server = opened.server();
		logger.info("Embedded broker: {}, journal in {} ({})",
				this.listeners.open().isEmpty() ? "no listener" : this.listeners.description(), this.folder,
				(opened.journal() == JournalType.ASYNCIO) ? "AIO" : "NIO");
	}

	/**
	 * What was opened meanwhile, or is now, where it was stopped before.
	 */
	private Opened opened() {
		CompletableFuture<Opened> opening = this.opening;
		this.opening = null;
		if (opening == null) {
			return open();
		}
		try {
			return opening.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof EmbeddedBrokerException told) {
				throw told;
			}
			throw ex;
		}
	}

	private Opened open() {
		this.listeners.requireClosed();
		JournalFolder journal = new JournalFolder(this.folder);
		journal.requireWritable();
		journal.requireWhole(this.properties.damagedJournal());
		JournalType type = journalType();
		ServiceRegistry services = new ServiceRegistryImpl();
		// Without one Artemis asks for the JVM's, which is made with all its beans, and
		// uses none of them.
		ActiveMQServer starting = new ActiveMQServerImpl(configuration(type), MBeanServerFactory.newMBeanServer(),
				new BrokerSecurity(this.users), null, services);
		DiskSpace disk = new DiskSpace(new JournalDisk(starting, this.folder), this.properties.minDiskFree().toBytes(),
				this.properties.maxDiskUsage(), System::nanoTime);
		try {
			starting.registerBrokerPlugin(new MessageOrder(starting));
			new Admission(starting, disk::refusal, this.properties.maxMessageSize().toBytes()).register(services);
			ResumedSubscriptions.register(starting, services);
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
		catch (Exception ex) {
			stop(starting);
			throw failed(ex);
		}
		return new Opened(starting, disk, type);
	}

	private EmbeddedBrokerException failed(Throwable cause) {
		if (cause instanceof EmbeddedBrokerException told) {
			return told;
		}
		return new EmbeddedBrokerException("The embedded broker did not start: " + cause.getMessage(),
				"See that the folder '" + this.folder + "' can be written and that no other gateway uses it "
						+ "(meshbridge.data-dir), or switch the broker off (meshbridge.embedded-broker.enabled).",
				cause);
	}

	private JournalType journalType() {
		if (this.properties.journalType() == EmbeddedBrokerProperties.JournalType.NIO) {
			return JournalType.NIO;
		}
		String problem = AsyncJournal.problem(this.folder);
		if (problem == null) {
			return JournalType.ASYNCIO;
		}
		if (this.properties.journalType() == EmbeddedBrokerProperties.JournalType.AIO) {
			throw new EmbeddedBrokerException(
					"meshbridge.embedded-broker.journal-type is 'aio', and the journal in '" + this.folder
							+ "' can't be written with asynchronous I/O: " + problem + ".",
					"Install libaio (Debian 12: package libaio1, Red Hat: libaio), use a file system that has "
							+ "direct I/O, or set meshbridge.embedded-broker.journal-type=auto.",
					null);
		}
		logger.info("Embedded broker: the journal is written without asynchronous I/O, as {} "
				+ "(meshbridge.embedded-broker.journal-type)", problem);
		return JournalType.NIO;
	}

	private Configuration configuration(JournalType type) {
		ArtemisConfiguration artemis = new ArtemisConfiguration(this.properties)
			.journal(this.folder, type, JOURNAL_LOCK_MILLIS)
			.security()
			.addresses();
		this.listeners.configure(artemis);
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

	/**
	 * What was opened and never started, as another bean could not be made, is closed.
	 */
	@Override
	public void destroy() {
		CompletableFuture<Opened> opening = this.opening;
		this.opening = null;
		if (opening != null) {
			opening.thenAccept((opened) -> stop(opened.server())).exceptionally((failure) -> null).join();
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
		return (isRunning() && !this.listeners.open().isEmpty()) ? this.listeners.description() : null;
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
		return this.listeners.entrance(binderType);
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
		return this.listeners.open();
	}

	EmbeddedBrokerProperties properties() {
		return this.properties;
	}

	/**
	 * A journal that is open, and listens to nobody yet.
	 */
	private record Opened(ActiveMQServer server, DiskSpace disk, JournalType journal) {
	}

}
