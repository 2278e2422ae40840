package io.meshbridge.bridge.test.broker;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Starts one broker of a kind, the first that can be had, and stops it with the JVM.
 */
final class BrokerFinder {

	private final String kind;

	/** Each gives {@code null} where it is not possible. */
	private final List<Supplier<@Nullable TestBroker>> ways;

	/** The lock is this. */
	private final AtomicReference<@Nullable TestBroker> found = new AtomicReference<>();

	BrokerFinder(String kind, List<Supplier<@Nullable TestBroker>> ways) {
		this.kind = kind;
		this.ways = List.copyOf(ways);
	}

	/**
	 * Whether a developer wants the brokers in the JVM, to see how a machine without
	 * brokers fares: {@code -Dmeshbridge.test.brokers=jvm}.
	 */
	static boolean onlyInTheJvm() {
		return "jvm".equals(System.getProperty("meshbridge.test.brokers"));
	}

	static boolean continuousIntegration() {
		return "true".equals(System.getenv("CI"));
	}

	synchronized TestBroker broker() {
		TestBroker running = this.found.get();
		if (running != null) {
			return running;
		}
		for (Supplier<@Nullable TestBroker> way : this.ways) {
			TestBroker broker = way.get();
			if (broker != null) {
				broker.start();
				Runtime.getRuntime().addShutdownHook(new Thread(broker::dispose, "stop-" + this.kind));
				System.out.println(this.kind + ": " + broker.description());
				this.found.set(broker);
				return broker;
			}
		}
		throw new IllegalStateException(this.kind + ": no container engine answers and no binary is installed"
				+ (continuousIntegration() ? "; with CI=true no stand-in in the JVM is used" : ""));
	}

}
