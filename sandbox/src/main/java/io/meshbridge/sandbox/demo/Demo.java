package io.meshbridge.sandbox.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import com.rabbitmq.client.ConnectionFactory;
import io.meshbridge.sandbox.SandboxAmqp;
import io.meshbridge.sandbox.SandboxKafka;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of the demo, from the first broker to the last line of the summary. One thread
 * runs it; any other may {@link #end()} it.
 */
final class Demo {

	private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

	private static final Duration START_CHECK_INTERVAL = Duration.ofMillis(300);

	private static final Duration ARRIVAL_TIMEOUT = Duration.ofSeconds(10);

	private final DemoOptions options;

	private final Screen screen;

	private final DemoFolder folder;

	private final CompletableFuture<Ending> ending = new CompletableFuture<>();

	/** Closed last to first. Used by the running thread only. */
	private final Deque<AutoCloseable> open = new ArrayDeque<>();

	private volatile @Nullable GatewayProcess gateway;

	Demo(DemoOptions options, Screen screen, DemoFolder folder) {
		this.options = options;
		this.screen = screen;
		this.folder = folder;
	}

	/**
	 * Asks the demo to end; returns at once.
	 */
	void end() {
		this.ending.complete(Ending.ASKED);
	}

	/**
	 * Ends the gateway without draining, if it still runs.
	 */
	void kill() {
		GatewayProcess running = this.gateway;
		if (running != null) {
			running.kill();
		}
	}

	/**
	 * Runs until it is asked to end, its time is up, or the gateway dies.
	 * @return whether every event that was sent arrived everywhere
	 * @throws DemoException when it can't start, or the gateway died
	 */
	boolean run() throws DemoException, InterruptedException {
		try {
			return runOpen();
		}
		catch (IOException ex) {
			throw new DemoException("can't write to " + this.folder.root() + ": " + ex);
		}
		finally {
			closeAll();
			this.folder.deleteData();
		}
	}

	private boolean runOpen() throws DemoException, InterruptedException, IOException {
		Path routes = this.folder.routes(this.options);
		RouteEndpoints endpoints = RouteEndpoints.of(Files.readString(routes, StandardCharsets.UTF_8));
		Ledger ledger = new Ledger(names(endpoints));
		Consumer<Arrival> arrivals = (arrival) -> {
			this.screen.event(arrival);
			ledger.arrived(arrival.target(), arrival.dataText());
		};
		this.screen.print("Starting a Kafka, an AMQP broker and the gateway. This takes 20 to 60 seconds ...");
		startBrokers(endpoints, arrivals);
		if (this.ending.isDone()) {
			return endedEarly();
		}
		GatewayProcess started = opened(new GatewayProcess(this.options, this.folder, routes));
		this.gateway = started;
		started.ended().thenRun(() -> this.ending.complete(Ending.GATEWAY_DIED));
		if (!awaitReady(started)) {
			return endedEarly();
		}
		opened(new MqttWatch(Feed.mqttUrl(this.options), endpoints.targetsAt("mqtt"), arrivals));
		this.screen.print(new Banner(this.options, routes, this.folder.gatewayLog()).text());
		this.screen.heading();
		Feed feed = opened(new Feed(this.options, endpoints, ledger, this.screen));
		Ending end = awaitEnding(this.options.runFor());
		if (end == Ending.GATEWAY_DIED) {
			throw died(started, "the gateway has ended by itself");
		}
		finish(feed, started, ledger);
		return ledger.complete();
	}

	private boolean endedEarly() {
		this.screen.print("Ended before everything was up.");
		return true;
	}

	/** Targets as the watches call them. */
	private Set<String> names(RouteEndpoints endpoints) {
		int port = this.options.port(Part.HOOK);
		Set<String> names = new LinkedHashSet<>();
		for (String endpoint : endpoints.targets()) {
			String hook = "http://127.0.0.1:" + port;
			names.add(endpoint.startsWith(hook + "/") ? HookWatch.target(port, endpoint.substring(hook.length()))
					: endpoint);
		}
		return names;
	}

	private void startBrokers(RouteEndpoints endpoints, Consumer<Arrival> arrivals)
			throws DemoException, InterruptedException {
		SandboxKafka kafka = opened(SandboxKafka.start(this.options.port(Part.KAFKA), this.folder.kafkaData(),
				// A busy machine must not look like a broker that has died.
				Map.of("broker.session.timeout.ms", "60000")));
		if (this.ending.isDone()) {
			return;
		}
		SandboxAmqp amqp = opened(SandboxAmqp.start(this.options.port(Part.AMQP), this.folder.amqpData()));
		if (this.ending.isDone()) {
			return;
		}
		opened(new KafkaWatch(kafka.bootstrapServers(), endpoints.targetsAt("kafka"), arrivals));
		ConnectionFactory connections = new ConnectionFactory();
		connections.setHost("127.0.0.1");
		connections.setPort(amqp.port());
		opened(new AmqpWatch(connections, endpoints.targetsAt("rabbit"), arrivals));
		opened(new HookWatch(this.options.port(Part.HOOK), arrivals));
	}

	private <T extends AutoCloseable> T opened(T resource) {
		this.open.push(resource);
		return resource;
	}

	/**
	 * Waits for the gateway.
	 * @return false when the demo was asked to end before
	 */
	private boolean awaitReady(GatewayProcess started) throws DemoException, InterruptedException {
		long end = System.nanoTime() + START_TIMEOUT.toNanos();
		Set<String> unbound = started.unbound();
		while (unbound == null || !unbound.isEmpty()) {
			Ending ended = awaitEnding(START_CHECK_INTERVAL);
			if (ended == Ending.GATEWAY_DIED) {
				throw died(started, "the gateway does not start");
			}
			if (ended == Ending.ASKED) {
				return false;
			}
			if (System.nanoTime() > end) {
				notReady(started, unbound);
				return true;
			}
			unbound = started.unbound();
		}
		return true;
	}

	/**
	 * The user's own routes may name what is not there; the gateway can live with that.
	 */
	private void notReady(GatewayProcess started, @Nullable Set<String> unbound) throws DemoException {
		String problem = "the gateway is not ready after " + START_TIMEOUT.toSeconds() + " s"
				+ ((unbound != null) ? ", it still waits for " + String.join(", ", unbound) : "");
		if (unbound != null && this.options.routes() != null) {
			this.screen.print("Going on, though " + problem + ".");
			return;
		}
		this.screen.print(String.join("\n", started.logTail()));
		throw new DemoException(problem + "; above are the last lines of its log " + this.folder.gatewayLog());
	}

	private Ending awaitEnding(@Nullable Duration limit) throws InterruptedException {
		try {
			return (limit != null) ? this.ending.get(limit.toMillis(), TimeUnit.MILLISECONDS) : this.ending.get();
		}
		catch (TimeoutException ex) {
			return Ending.TIME_UP;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("an ending never fails", ex);
		}
	}

	private DemoException died(GatewayProcess dead, String problem) {
		this.screen.print(String.join("\n", dead.logTail()));
		return new DemoException(problem + "; above are the last lines of its log " + this.folder.gatewayLog());
	}

	private void finish(Feed feed, GatewayProcess running, Ledger ledger) throws InterruptedException {
		this.screen.print("\nEnding: the feed stops, what is under way arrives, the gateway drains ...");
		feed.stop();
		ledger.awaitArrivals(ARRIVAL_TIMEOUT);
		boolean drained = running.stop();
		if (!drained) {
			this.screen.print("The gateway did not end in time and was killed, see " + this.folder.gatewayLog());
		}
		this.screen.print("\n" + String.join("\n", ledger.summary()) + "\n");
		if (!ledger.complete()) {
			this.screen.print("Not every event arrived, see " + this.folder.gatewayLog());
		}
		else if (this.options.routes() == null) {
			this.screen.print("Every event arrived everywhere.");
		}
	}

	private void closeAll() {
		while (!this.open.isEmpty()) {
			try {
				this.open.pop().close();
			}
			catch (Exception ex) {
				// One that can't be closed must not keep the others open.
				logger().warn("while ending", ex);
			}
		}
	}

	/** Not a constant: the first logger decides where the log goes, see DemoCommand. */
	private static Logger logger() {
		return LoggerFactory.getLogger(Demo.class);
	}

	private enum Ending {

		ASKED, TIME_UP, GATEWAY_DIED

	}

}
