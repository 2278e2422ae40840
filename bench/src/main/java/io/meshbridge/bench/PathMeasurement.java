package io.meshbridge.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * Measures one path: all sides in turn, with the same events over the same brokers.
 */
final class PathMeasurement implements AutoCloseable {

	private final BenchPath path;

	private final Options options;

	private final TestBed bed;

	private final Trial trial;

	private final @Nullable Baseline baseline;

	private volatile boolean closed;

	private long measured;

	/**
	 * Prepares a path.
	 * @param brokers running
	 * @param baseline once a run is within it, no further one is needed
	 * @param folder for logs
	 */
	PathMeasurement(BenchPath path, Options options, @Nullable Baseline baseline, Brokers brokers, Path folder) {
		this.path = path;
		this.options = options;
		this.baseline = baseline;
		this.bed = new TestBed(path, options, brokers, folder);
		this.trial = path.usesKafka() ? new BrokerTrial(this.bed) : new ChannelTrial(this.bed);
		this.measured = (long) path.eventsPerSecond() * options.seconds();
	}

	/**
	 * Measures as often as asked for; failures are part of the result.
	 */
	Report.PathResult measure() throws InterruptedException {
		Map<Side, List<Outcome>> runs = new EnumMap<>(Side.class);
		for (int run = 0; run < this.options.runs() && (run == 0 || !good(runs)); run++) {
			for (Side side : this.options.sides(this.path)) {
				Outcome outcome = attempt(side, () -> this.trial.run(side, this.measured));
				if (run == 0 && side == Side.RAW && tooShort(outcome)) {
					outcome = attempt(side, () -> this.trial.run(side, this.measured));
				}
				runs.computeIfAbsent(side, (first) -> new ArrayList<>()).add(outcome);
			}
		}
		Map<Side, Outcome> best = best(runs);
		return new Report.PathResult(this.path.label(), null, this.options.latency() ? withLatency(best) : best);
	}

	private static Map<Side, Outcome> best(Map<Side, List<Outcome>> runs) {
		Map<Side, Outcome> best = new EnumMap<>(Side.class);
		runs.forEach((side, outcomes) -> best.put(side, Outcome.best(outcomes)));
		return best;
	}

	private boolean good(Map<Side, List<Outcome>> runs) {
		if (this.baseline == null) {
			return false;
		}
		Report.PathResult result = new Report.PathResult(this.path.label(), null, best(runs));
		return this.baseline.problems(result).isEmpty() && this.baseline.unjudged(result) == null;
	}

	/**
	 * At half of what the gateway can, or the raw bridge where there is no gateway.
	 */
	private Map<Side, Outcome> withLatency(Map<Side, Outcome> best) throws InterruptedException {
		Outcome last = best.get(best.containsKey(Side.GATEWAY) ? Side.GATEWAY : Side.RAW);
		double half = (last != null) ? last.count().eventsPerSecond() / 2 : 0;
		if (half == 0) {
			return best;
		}
		Map<Side, List<Outcome>> runs = new EnumMap<>(Side.class);
		for (int run = 0; run < this.options.runs(); run++) {
			for (Side side : best.keySet()) {
				runs.computeIfAbsent(side, (first) -> new ArrayList<>())
					.add(attempt(side, () -> this.trial.runAtPace(side, half)));
			}
		}
		Map<Side, Outcome> both = new EnumMap<>(Side.class);
		runs.forEach(
				(side, outcomes) -> both.put(side, Objects.requireNonNull(best.get(side)).withLatencyOf(outcomes)));
		return both;
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

	private Outcome attempt(Side side, Run run) throws InterruptedException {
		Outcome outcome;
		this.bed.noneRuns();
		try {
			outcome = run.run();
		}
		catch (IOException | ExecutionException | TimeoutException | RuntimeException ex) {
			if (this.closed) {
				throw new InterruptedException("stopped");
			}
			outcome = Outcome.failed(ex + this.bed.lastWords());
		}
		System.out.println("  " + this.path.label() + " " + side.label() + ": " + outcome.text());
		return outcome;
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

	/**
	 * One run of the trial.
	 */
	private interface Run {

		Outcome run() throws IOException, ExecutionException, TimeoutException, InterruptedException;

	}

}
