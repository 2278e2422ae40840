package io.meshbridge.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.meshbridge.bench.Report.Outcome;
import io.meshbridge.bench.load.Arrivals;
import io.meshbridge.bench.load.EventSeries;
import io.meshbridge.bench.load.HttpLoad;
import io.meshbridge.bench.load.KafkaEvents;
import io.meshbridge.bench.load.MqttLoad;
import io.meshbridge.bench.load.RabbitQueue;
import io.meshbridge.bench.load.Receiver;
import org.jspecify.annotations.Nullable;

/**
 * Measures one path: raw bridge and gateway in turn, with the same events over the same
 * brokers.
 */
final class PathMeasurement implements AutoCloseable {

	private static final int KEYS = 64;

	private static final Duration IDLE = Duration.ofSeconds(20);

	// What comes late comes within this time.
	private static final Duration LINGER = Duration.ofMillis(1500);

	private final BenchPath path;

	private final Options options;

	private final Brokers brokers;

	private final Path folder;

	private final KafkaEvents kafka;

	private final AtomicReference<@Nullable Contestant> running = new AtomicReference<>();

	private volatile boolean closed;

	private long measured;

	private int lanes;

	private Contestant.@Nullable Lane filled;

	private @Nullable EventSeries filledWith;

	/**
	 * Prepares a path.
	 * @param brokers running
	 * @param folder for logs
	 */
	PathMeasurement(BenchPath path, Options options, Brokers brokers, Path folder) {
		this.path = path;
		this.options = options;
		this.brokers = brokers;
		this.folder = folder;
		this.kafka = new KafkaEvents(brokers.kafka());
		this.measured = (long) path.eventsPerSecond() * options.seconds();
	}

	/**
	 * Measures as often as asked for; failures are part of the result.
	 */
	Report.PathResult measure() throws InterruptedException {
		List<Outcome> raw = new ArrayList<>();
		List<Outcome> gateway = new ArrayList<>();
		for (int run = 0; run < this.options.runs(); run++) {
			raw.add(print("raw", attempt(false)));
			if (run == 0 && tooShort(raw.get(0))) {
				raw.set(0, print("raw", attempt(false)));
			}
			if (this.options.gateway() != null) {
				gateway.add(print("gateway", attempt(true)));
			}
		}
		return new Report.PathResult(this.path.label(), null, Report.best(raw),
				gateway.isEmpty() ? null : Report.best(gateway));
	}

	/**
	 * On a fast machine the first run is over too soon, so it is done again with more
	 * events.
	 */
	private boolean tooShort(Outcome first) {
		double wanted = this.options.seconds() * 0.8;
		double got = first.count().steadySeconds();
		if (first.failure() != null || got >= wanted / 2) {
			return false;
		}
		this.measured = (long) (this.measured * wanted / got);
		this.filled = null;
		return true;
	}

	private Outcome print(String who, Outcome outcome) {
		System.out.println("  " + this.path.label() + " " + who + ": " + outcome.text());
		return outcome;
	}

	private Outcome attempt(boolean gateway) throws InterruptedException {
		this.running.set(null);
		try {
			return run(gateway);
		}
		catch (IOException | ExecutionException | TimeoutException | RuntimeException ex) {
			if (this.closed) {
				throw new InterruptedException("stopped");
			}
			Contestant contestant = this.running.get();
			String words = (contestant != null) ? "\n" + contestant.process().lastWords() : "";
			return Outcome.failed(ex + words);
		}
	}

	private Outcome run(boolean gateway)
			throws IOException, ExecutionException, TimeoutException, InterruptedException {
		long warmUp = this.measured / 2;
		Contestant.Lane lane = lane(warmUp + this.measured);
		EventSeries series = (this.filledWith != null) ? this.filledWith : series(lane.name());
		Arrivals arrivals = new Arrivals(series, warmUp, this.measured, this::cpuNanos);
		if (!this.path.usesRabbit()) {
			this.kafka.create(lane.out());
		}
		try (Receiver receiver = receiver(lane, arrivals)) {
			Contestant contestant = gateway ? gateway(lane)
					: Contestant.raw(this.path, lane, this.brokers, this.folder);
			this.running.set(contestant);
			send(contestant, lane, series, warmUp + this.measured, arrivals);
			arrivals.await(IDLE, Duration.ofSeconds(60 + this.options.seconds() * 10L));
			TimeUnit.MILLISECONDS.sleep(LINGER.toMillis());
			Throwable failure = receiver.failure();
			if (failure != null) {
				return Outcome.failed("the target can't be read: " + failure);
			}
			if (!contestant.process().alive()) {
				return Outcome.failed("it ended by itself:\n" + contestant.process().lastWords());
			}
			return new Outcome(arrivals.count(), null);
		}
		finally {
			stopContestant();
			if (!this.path.usesRabbit()) {
				this.kafka.delete(lane.out());
			}
		}
	}

	private long cpuNanos() {
		Contestant contestant = this.running.get();
		return (contestant != null) ? contestant.process().cpuNanos() : 0;
	}

	/**
	 * Names for one run. Topics that are read are filled once, and read by each run as
	 * another group.
	 */
	private Contestant.Lane lane(long events) throws ExecutionException, TimeoutException, InterruptedException {
		String name = this.path.label() + "-" + (++this.lanes);
		String out = name + "-out";
		if (!this.path.readsKafka()) {
			return new Contestant.Lane(name, (this.path.usesMqtt() ? name + "/+" : "/" + name), out);
		}
		if (this.filled == null) {
			this.filled = new Contestant.Lane(name, name + "-in", out);
			this.filledWith = series(name);
			this.kafka.create(this.filled.in());
			this.kafka.fill(this.filled.in(), this.filledWith, events);
		}
		return new Contestant.Lane(name, this.filled.in(), out);
	}

	private EventSeries series(String name) {
		// Eight characters that differ from run to run.
		String id = "%08x".formatted((name + System.nanoTime()).hashCode());
		return new EventSeries(id, KEYS, !this.options.plain());
	}

	private Contestant gateway(Contestant.Lane lane) throws IOException, InterruptedException {
		Path jar = this.options.gateway();
		if (jar == null) {
			throw new IllegalStateException("there is no gateway to measure");
		}
		return Contestant.gateway(jar, this.path, lane, this.options.plain(), this.brokers, this.folder);
	}

	private Receiver receiver(Contestant.Lane lane, Arrivals arrivals) throws IOException, TimeoutException {
		return this.path.usesRabbit() ? new RabbitQueue(this.brokers.rabbitPort(), lane.out(), arrivals)
				: this.kafka.receive(lane.out(), arrivals);
	}

	private void send(Contestant contestant, Contestant.Lane lane, EventSeries series, long count, Arrivals arrivals)
			throws IOException, InterruptedException {
		switch (this.path) {
			case HTTP_KAFKA -> new HttpLoad(contestant.httpPort(), lane.in(), series, count).send();
			case MQTT_KAFKA -> new MqttLoad(this.brokers.mqttPort(), lane.name(), series).send(count, arrivals);
			case KAFKA_KAFKA, KAFKA_RABBIT -> {
				// All is there already.
			}
		}
	}

	private void stopContestant() {
		Contestant contestant = this.running.get();
		if (contestant != null) {
			contestant.close();
		}
	}

	/**
	 * Stops what runs, from whatever thread; a measurement under way ends as interrupted.
	 */
	@Override
	public void close() {
		this.closed = true;
		stopContestant();
		this.kafka.close();
	}

}
