package io.meshbridge.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.meshbridge.bench.load.AllocatedBytes;
import io.meshbridge.bench.load.EventSeries;
import io.meshbridge.bench.load.Pace;
import org.jspecify.annotations.Nullable;

/**
 * What the trials of one path share: names, series of events, and the contestant that
 * runs.
 */
final class TestBed {

	static final int KEYS = 64;

	/** How long nothing arrives before a run is given up. */
	static final Duration IDLE = Duration.ofSeconds(20);

	/** What comes late comes within this time. */
	static final Duration LINGER = Duration.ofMillis(1500);

	private final BenchPath path;

	private final Options options;

	private final Brokers brokers;

	private final Path folder;

	private final AtomicReference<@Nullable Contestant> running = new AtomicReference<>();

	private int runs;

	/**
	 * @param brokers running
	 * @param folder for data and logs
	 */
	TestBed(BenchPath path, Options options, Brokers brokers, Path folder) {
		this.path = path;
		this.options = options;
		this.brokers = brokers;
		this.folder = folder;
	}

	BenchPath path() {
		return this.path;
	}

	Brokers brokers() {
		return this.brokers;
	}

	Path folder() {
		return this.folder;
	}

	/**
	 * Of a JVM under test that holds all its events.
	 */
	List<String> largeJava() {
		List<String> javaOptions = new ArrayList<>(this.options.javaOptions());
		javaOptions.add("-Xmx4g");
		return javaOptions;
	}

	boolean plain() {
		return this.options.plain();
	}

	/**
	 * The longest that a run may take.
	 */
	Duration limit() {
		return Duration.ofSeconds(60 + this.options.seconds() * 10L);
	}

	/**
	 * 1,000 events/s, then another rate.
	 */
	Pace pace(double eventsPerSecond) {
		return Pace.thousandThen(eventsPerSecond, this.options.warmUpSeconds(), this.options.latencySeconds());
	}

	/**
	 * The same for a process of its own.
	 */
	List<String> paceArguments(double eventsPerSecond) {
		return List.of("rate=" + eventsPerSecond, "warm-up-seconds=" + this.options.warmUpSeconds(),
				"seconds=" + this.options.latencySeconds());
	}

	/**
	 * A name for one more run.
	 */
	String nextName() {
		return this.path.label() + "-" + (++this.runs);
	}

	EventSeries series(String name) {
		return new EventSeries(seriesId(name), KEYS, !this.options.plain());
	}

	/**
	 * Eight characters that differ from run to run.
	 */
	String seriesId(String name) {
		return "%08x".formatted((name + System.nanoTime()).hashCode());
	}

	/**
	 * Starts one side; returns when events can come.
	 */
	Contestant start(Side side, Contestant.Lane lane) throws IOException, InterruptedException {
		return switch (side) {
			case RAW -> started(Contestant.raw(this.path, lane, this.options.javaOptions(), this.brokers, this.folder));
			case GATEWAY -> startGateway(lane);
			case CAMEL -> startCamel(lane);
		};
	}

	private Contestant startGateway(Contestant.Lane lane) throws IOException, InterruptedException {
		Path jar = this.options.gateway();
		if (jar == null) {
			throw new IllegalStateException("there is no gateway to measure");
		}
		return started(Contestant.gateway(jar, this.path, lane, this.options, this.brokers, this.folder));
	}

	private Contestant startCamel(Contestant.Lane lane) throws IOException, InterruptedException {
		Path jar = this.options.camel();
		if (jar == null) {
			throw new IllegalStateException("there is no Camel to measure");
		}
		return started(Contestant.camel(jar, this.path, lane, this.options.javaOptions(), this.brokers, this.folder));
	}

	/**
	 * Takes note of the one that runs now.
	 */
	Contestant started(Contestant contestant) {
		this.running.set(contestant);
		return contestant;
	}

	void noneRuns() {
		this.running.set(null);
	}

	/**
	 * CPU time of the one that runs.
	 */
	long cpuNanos() {
		Contestant contestant = this.running.get();
		return (contestant != null) ? contestant.process().cpuNanos() : 0;
	}

	/**
	 * What the one that runs has allocated so far; negative if unknown.
	 */
	long allocatedBytes() {
		Contestant contestant = this.running.get();
		return (contestant != null) ? contestant.allocatedBytes() : AllocatedBytes.UNKNOWN;
	}

	/**
	 * The end of what it printed, on a line of its own.
	 */
	String lastWords() {
		Contestant contestant = this.running.get();
		return (contestant != null) ? "\n" + contestant.process().lastWords() : "";
	}

	/**
	 * Stops it, from whatever thread.
	 */
	void stopContestant() {
		Contestant contestant = this.running.get();
		if (contestant != null) {
			contestant.close();
		}
	}

}
