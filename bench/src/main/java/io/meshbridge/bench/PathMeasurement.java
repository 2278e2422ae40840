package io.meshbridge.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import io.meshbridge.bench.Report.Outcome;

/**
 * Measures one path: raw bridge and gateway in turn, with the same events over the same
 * brokers.
 */
final class PathMeasurement implements AutoCloseable {

	private final BenchPath path;

	private final Options options;

	private final TestBed bed;

	private final Trial trial;

	private volatile boolean closed;

	private long measured;

	/**
	 * Prepares a path.
	 * @param brokers running
	 * @param folder for logs
	 */
	PathMeasurement(BenchPath path, Options options, Brokers brokers, Path folder) {
		this.path = path;
		this.options = options;
		this.bed = new TestBed(path, options, brokers, folder);
		this.trial = path.usesKafka() ? new BrokerTrial(this.bed) : new ChannelTrial(this.bed);
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
		return true;
	}

	private Outcome print(String who, Outcome outcome) {
		System.out.println("  " + this.path.label() + " " + who + ": " + outcome.text());
		return outcome;
	}

	private Outcome attempt(boolean gateway) throws InterruptedException {
		this.bed.noneRuns();
		try {
			return this.trial.run(gateway, this.measured);
		}
		catch (IOException | ExecutionException | TimeoutException | RuntimeException ex) {
			if (this.closed) {
				throw new InterruptedException("stopped");
			}
			return Outcome.failed(ex + this.bed.lastWords());
		}
	}

	/**
	 * Stops what runs, from whatever thread; a measurement under way ends as interrupted.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.bed.stopContestant();
		this.trial.close();
	}

}
