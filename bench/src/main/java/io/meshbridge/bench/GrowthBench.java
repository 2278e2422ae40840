package io.meshbridge.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.meshbridge.bench.growth.Curve;
import io.meshbridge.bench.growth.GrowthReport;
import io.meshbridge.bench.growth.Point;

/**
 * {@code ./meshbridge bench growth}: measures how the cost of an event grows with routes,
 * targets, sizes, connections, partitions and backlogs.
 */
final class GrowthBench extends Command {

	private final GrowthOptions options;

	private final Workplace workplace = new Workplace();

	private GrowthBench(GrowthOptions options) throws IOException {
		this.options = options;
	}

	/**
	 * Runs it.
	 * @return exit code: 0 if nothing was lost and no step is worse than linear, 1 if one
	 * is, 2 for wrong arguments
	 */
	static int bench(String... arguments) throws IOException {
		return Command.run("meshbridge bench growth", GrowthOptions.USAGE,
				(line) -> new GrowthBench(GrowthOptions.parse(line)), arguments);
	}

	@Override
	int run() throws IOException, InterruptedException {
		long start = System.nanoTime();
		System.out.println("%d processors, Java %s; logs in %s".formatted(Runtime.getRuntime().availableProcessors(),
				Runtime.version(), this.workplace.folder()));
		this.workplace.brokers().start(BenchPath.KAFKA_KAFKA);
		List<GrowthReport.Measured> curves = new ArrayList<>();
		try (GrowthTrial trial = new GrowthTrial(this.options, this.workplace)) {
			for (Curve curve : this.options.curves()) {
				if (this.options.gateway() != null || curve.hasRaw()) {
					curves.add(measure(curve, trial));
					write(new GrowthReport(curves));
				}
			}
		}
		GrowthReport report = new GrowthReport(curves);
		System.out.print(report.table());
		System.out.println("measured in " + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
		return report.passed() ? 0 : 1;
	}

	/**
	 * Writes what there is, so that a bench that is stopped leaves something.
	 */
	private void write(GrowthReport report) throws IOException {
		if (this.options.json() != null) {
			Files.writeString(this.options.json(), report.json());
		}
		if (this.options.svg() != null) {
			report.plot(this.options.svg());
		}
	}

	private GrowthReport.Measured measure(Curve curve, GrowthTrial trial) throws InterruptedException {
		List<Point> raw = new ArrayList<>();
		List<Point> gateway = new ArrayList<>();
		for (int value : curve.steps(this.options.quick())) {
			GrowthStep step = GrowthStep.of(curve, value, this.options.seconds());
			if (curve.hasRaw()) {
				raw.add(print(curve, "raw", trial.run(step, false)));
			}
			if (this.options.gateway() != null) {
				gateway.add(print(curve, "gateway", trial.run(step, true)));
			}
		}
		return new GrowthReport.Measured(curve, gateway, raw);
	}

	private static Point print(Curve curve, String who, Point point) {
		System.out.println("  %s %,d %s: %s".formatted(curve.label(), point.step(), who,
				(point.failure() != null) ? "failed: " + point.failure()
						: "%,d events/s, CPU %,.1f us per event, %d lost, %d duplicated, %d re-ordered".formatted(
								Math.round(point.eventsPerSecond()), point.cpuMicrosPerEvent(), point.lost(),
								point.duplicated(), point.reordered())));
		return point;
	}

	@Override
	void stop() {
		this.workplace.close();
	}

}
