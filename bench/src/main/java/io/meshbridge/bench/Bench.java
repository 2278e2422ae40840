package io.meshbridge.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import io.meshbridge.bench.matching.MatchingBenchmark;
import io.meshbridge.bench.raw.RawBridge;
import io.meshbridge.bench.steps.StepsBench;
import io.meshbridge.sandbox.SandboxKafka;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./meshbridge bench}: measures raw bridges and the gateway side by side.
 */
public final class Bench extends Command {

	private final Options options;

	private final @Nullable Baseline baseline;

	private final Workplace workplace = new Workplace();

	private final AtomicReference<@Nullable PathMeasurement> current = new AtomicReference<>();

	private Bench(Options options) throws IOException {
		this.options = options;
		this.baseline = (options.baseline() != null) ? Baseline.read(options.baseline()) : null;
	}

	/**
	 * Runs the bench; with {@code matching}, {@code steps} or {@code growth} among the
	 * arguments, another one; with {@code raw} or {@code kafka-broker} as first one, one
	 * of the processes that they need.
	 */
	public static void main(String[] arguments) throws Exception {
		String first = (arguments.length > 0) ? arguments[0] : "";
		switch (first) {
			case "raw" -> {
				endWithStandardInput();
				RawBridge.run(arguments[1], Arrays.copyOfRange(arguments, 2, arguments.length));
			}
			case "kafka-broker" -> {
				SandboxKafka kafka = SandboxKafka.start(0, Path.of(arguments[1]),
						Map.of("log.segment.delete.delay.ms", "1000"));
				Runtime.getRuntime().addShutdownHook(new Thread(kafka::close));
				endWithStandardInput();
				System.out.println("READY " + kafka.bootstrapServers());
			}
			default -> {
				List<String> all = List.of(arguments);
				if (all.contains("matching")) {
					MatchingBenchmark.run(arguments);
				}
				else if (all.contains("steps")) {
					StepsBench.run(arguments);
				}
				else if (all.contains("growth")) {
					System.exit(GrowthBench.bench(arguments));
				}
				else {
					System.exit(bench(arguments));
				}
			}
		}
	}

	/**
	 * A helper process must not outlive the bench, however that ended.
	 */
	private static void endWithStandardInput() {
		Thread watch = new Thread(() -> {
			try {
				while (System.in.read() >= 0) {
					// Nobody writes.
				}
			}
			catch (IOException ex) {
				// Ended as well.
			}
			System.exit(0);
		}, "parent-watch");
		watch.setDaemon(true);
		watch.start();
	}

	static int bench(String... arguments) throws IOException {
		return Command.run("meshbridge bench", Options.USAGE, (line) -> new Bench(Options.parse(line)), arguments);
	}

	@Override
	int run() throws IOException, InterruptedException {
		long start = System.nanoTime();
		System.out.println("%d processors, Java %s, events of 1 KiB, %s; logs in %s".formatted(
				Runtime.getRuntime().availableProcessors(), Runtime.version(),
				this.options.plain() ? "plain" : "CloudEvents in binary mode", this.workplace.folder()));
		double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
		if (load > Runtime.getRuntime().availableProcessors() / 2.0) {
			System.out.println(
					"WARNING: others keep this machine busy (load average %.1f), so figures will be low and ratios uneven"
						.formatted(load));
		}
		List<Report.PathResult> results = new ArrayList<>();
		for (BenchPath path : this.options.paths()) {
			results.add(measure(path));
		}
		Report report = new Report(results);
		System.out.println();
		System.out.print(report.table());
		System.out.println("measured in " + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s, best of "
				+ this.options.runs());
		if (this.options.json() != null) {
			Files.writeString(this.options.json(), report.json(this.options));
		}
		if (this.options.writeBaseline() != null && report.passed(0)) {
			Baseline.read(this.options.writeBaseline()).write(results);
		}
		boolean good = report.passed(this.options.floor());
		if (this.baseline != null) {
			for (Report.PathResult result : results) {
				String unjudged = this.baseline.unjudged(result);
				if (unjudged != null) {
					System.out.println("NOT JUDGED " + unjudged);
				}
				for (String problem : this.baseline.problems(result)) {
					System.out.println("TOO EXPENSIVE " + problem);
					good = false;
				}
			}
		}
		return good ? 0 : 1;
	}

	private Report.PathResult measure(BenchPath path) throws IOException, InterruptedException {
		String missing = Brokers.missing(path);
		if (missing == null && this.baseline != null) {
			missing = this.baseline.missing(path.label());
		}
		if (missing != null) {
			System.out.println("  " + path.label() + " skipped: " + missing);
			return Report.PathResult.skipped(path.label(), missing);
		}
		this.workplace.brokers().start(path);
		try (PathMeasurement measurement = new PathMeasurement(path, this.options, this.baseline,
				this.workplace.brokers(), this.workplace.folder())) {
			this.current.set(measurement);
			return measurement.measure();
		}
	}

	@Override
	void stop() {
		PathMeasurement measurement = this.current.get();
		if (measurement != null) {
			measurement.close();
		}
		this.workplace.close();
	}

}
