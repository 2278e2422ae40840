package io.meshbridge.bridge.amqp10;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.qpid.protonj2.client.SslOptions;
import org.apache.qpid.protonj2.client.TransportOptions;
import org.apache.qpid.protonj2.client.transport.IOContext;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * A broker as one binder knows it: makes the connections of the binder's bindings, all on
 * one I/O thread, and knows how they are. Each binding has a connection of its own, so
 * that what the broker refuses to one does not end the others. Thread-safe.
 */
final class Amqp10Broker implements AutoCloseable {

	private final Amqp10BrokerProperties properties;

	private final String containerId;

	private final IOContext plain;

	private final IOContext encrypted;

	private final ScheduledExecutorService timer;

	private final ExecutorService workers;

	private final Set<ConnectionKeeper> keepers = ConcurrentHashMap.newKeySet();

	private volatile @Nullable String notThere;

	Amqp10Broker(Amqp10BrokerProperties properties, String instanceId, @Nullable SslBundle sslBundle) {
		this.properties = properties;
		this.containerId = properties.containerId() + "-" + instanceId;
		// The same on every platform.
		TransportOptions transport = new TransportOptions().allowNativeIO(false)
			.connectTimeout((int) properties.connectTimeout().toMillis());
		boolean tls = properties.addresses().stream().anyMatch(BrokerAddress::tls);
		this.plain = IOContext.create(transport, new SslOptions(), "amqp10-io");
		this.encrypted = tls ? IOContext.create(transport, sslOptions(properties, sslBundle), "amqp10-tls-io")
				: this.plain;
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads("amqp10-timer-"));
		timer.setRemoveOnCancelPolicy(true);
		this.timer = timer;
		this.workers = Executors.newCachedThreadPool(threads("amqp10-worker-"));
	}

	private static SslOptions sslOptions(Amqp10BrokerProperties properties, @Nullable SslBundle bundle) {
		SslOptions options = new SslOptions().sslEnabled(true).verifyHost(properties.verifyHost());
		if (bundle != null) {
			options.sslContextOverride(bundle.createSslContext());
			if (bundle.getOptions().getCiphers() != null) {
				options.enabledCipherSuites(bundle.getOptions().getCiphers());
			}
			if (bundle.getOptions().getEnabledProtocols() != null) {
				options.enabledProtocols(bundle.getOptions().getEnabledProtocols());
			}
		}
		return options;
	}

	private static ThreadFactory threads(String prefix) {
		AtomicInteger count = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(task, prefix + count.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		};
	}

	Amqp10BrokerProperties properties() {
		return this.properties;
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
	Executor workers() {
		return this.workers;
	}

	/**
	 * The name of a connection that has a subscription of its own at the broker, the same
	 * after a restart.
	 */
	String stableContainerId() {
		return this.containerId;
	}

	/**
	 * The name of a connection that nobody comes back to.
	 */
	String anyContainerId() {
		return this.containerId + "-" + random();
	}

	static String random() {
		return UUID.randomUUID().toString().substring(0, 8);
	}

	Connection connection(BrokerAddress address, String containerId, Connection.Listener listener) {
		return new Connection(address, this.properties, containerId, address.tls() ? this.encrypted : this.plain,
				listener);
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
		this.plain.shutdownAsync();
		this.encrypted.shutdownAsync();
	}

}
