package io.meshbridge.bridge.mqtt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.SocketFactory;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A broker as one binder knows it: makes the connections of the binder's bindings and
 * knows how they are. Each source has a connection of its own, all targets share one.
 * Thread-safe.
 */
final class MqttBroker implements AutoCloseable {

	private final MqttBrokerProperties properties;

	private final String clientIdPrefix;

	private final @Nullable SocketFactory socketFactory;

	private final ScheduledExecutorService timer;

	private final ExecutorService workers;

	private final Set<ConnectionKeeper> keepers = ConcurrentHashMap.newKeySet();

	/** Names of the sources' sessions that are in use. */
	private final Set<String> sessions = ConcurrentHashMap.newKeySet();

	private volatile @Nullable String notThere;

	private final Publisher publisher;

	MqttBroker(MqttBrokerProperties properties, String instanceId, @Nullable SocketFactory socketFactory) {
		this.properties = properties;
		this.clientIdPrefix = properties.clientId() + "-" + instanceId;
		this.socketFactory = socketFactory;
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads("mqtt-timer-"));
		timer.setRemoveOnCancelPolicy(true);
		this.timer = timer;
		this.workers = Executors.newCachedThreadPool(threads("mqtt-worker-"));
		this.publisher = new Publisher(this);
	}

	private static ThreadFactory threads(String prefix) {
		AtomicInteger count = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(task, prefix + count.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		};
	}

	MqttBrokerProperties properties() {
		return this.properties;
	}

	MqttVersion version() {
		return this.properties.mqttVersion();
	}

	/**
	 * For short tasks at a later time.
	 */
	ScheduledExecutorService timer() {
		return this.timer;
	}

	/**
	 * For tasks that may block.
	 */
	ExecutorService workers() {
		return this.workers;
	}

	/**
	 * The one that all targets share.
	 */
	Publisher publisher() {
		return this.publisher;
	}

	/**
	 * How a source connects: its session outlives the process, so its name is the same
	 * after a restart.
	 * @param name what makes the client id of this source unlike others of this instance;
	 * {@code null} for a source that nobody comes back to
	 */
	ConnectionSettings sourceSettings(@Nullable String name, int receiveMaximum, Logger logger) {
		String clientId = this.clientIdPrefix + "-" + ((name != null) ? unused(name) : random());
		Duration expiry = (name != null) ? this.properties.sessionExpiry() : Duration.ZERO;
		return settings(clientId, name == null, expiry, receiveMaximum, logger);
	}

	/**
	 * How the publisher connects: with a clean session and a name that no one else has,
	 * for what it could not confirm is sent again by the gateway, not by a session.
	 */
	ConnectionSettings publisherSettings(Logger logger) {
		return settings(this.clientIdPrefix + "-out-" + random(), true, Duration.ZERO, 1, logger);
	}

	/**
	 * A second source on the same topics with the same group is a client of its own.
	 */
	private String unused(String name) {
		String unused = name;
		int number = 1;
		while (!this.sessions.add(unused)) {
			number++;
			unused = name + "-" + number;
		}
		return unused;
	}

	/**
	 * Says whether a source uses its session, so that the next one has another, or may
	 * have this one.
	 */
	void inUse(ConnectionSettings settings, boolean used) {
		String name = settings.clientId().substring(this.clientIdPrefix.length() + 1);
		if (used) {
			this.sessions.add(name);
		}
		else {
			this.sessions.remove(name);
		}
	}

	private static String random() {
		return UUID.randomUUID().toString().substring(0, 8);
	}

	private ConnectionSettings settings(String clientId, boolean clean, Duration expiry, int receiveMaximum,
			Logger logger) {
		return new ConnectionSettings(this.properties.clientUrls(), version(), clientId, clean, expiry, receiveMaximum,
				this.properties.keepAlive(), this.properties.connectTimeout(), this.properties.username(),
				this.properties.password(), this.socketFactory, logger);
	}

	void add(ConnectionKeeper keeper) {
		this.keepers.add(keeper);
		this.notThere = null;
	}

	void remove(ConnectionKeeper keeper) {
		this.keepers.remove(keeper);
	}

	void notThere(@Nullable String reason) {
		this.notThere = reason;
	}

	/**
	 * How many connections are wanted.
	 */
	int connections() {
		return this.keepers.size();
	}

	/**
	 * Why some of them are down; empty when all is well.
	 */
	List<String> problems() {
		List<String> problems = new ArrayList<>();
		for (ConnectionKeeper keeper : this.keepers) {
			String problem = keeper.problem();
			if (problem != null) {
				problems.add(problem);
			}
		}
		String reason = this.notThere;
		if (reason != null) {
			problems.add(reason);
		}
		return problems;
	}

	@Override
	public void close() {
		this.keepers.forEach(ConnectionKeeper::stop);
		this.timer.shutdownNow();
		this.workers.shutdown();
	}

}
