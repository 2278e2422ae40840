package io.meshbridge.bench.steps;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.meshbridge.bench.matching.MatchingBenchmark;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@code ./meshbridge bench steps}: time and memory of the steps that an event takes
 * within the gateway, without broker and network.
 */
public final class StepsBench {

	private static final String ROW = "%-54s %10s %14s %12s%n";

	private StepsBench() {
	}

	/**
	 * Runs it in this JVM.
	 * @param arguments {@code --quick} for a first impression
	 * @return what was measured, one line for each benchmark, below a heading
	 */
	public static String run(String... arguments) throws RunnerException {
		boolean quick = List.of(arguments).contains("--quick");
		return run(TimeValue.seconds(1), quick ? 2 : 5);
	}

	static String run(TimeValue time, int iterations) throws RunnerException {
		StringBuilder table = new StringBuilder(ROW.formatted("step", "ns/event", "CPU ns/event", "bytes/event"));
		System.out.print(table);
		for (Class<?> step : List.of(MapBenchmark.class, MatchingBenchmark.class, TransformBenchmark.class,
				SerialiseBenchmark.class)) {
			OptionsBuilder options = new OptionsBuilder();
			options.include("^" + step.getName().replace(".", "\\.") + "\\.").forks(0).jvmArgs();
			options.verbosity(VerboseMode.SILENT)
				.addProfiler(GCProfiler.class)
				.addProfiler(CpuProfiler.class)
				.shouldFailOnError(true);
			options.warmupTime(time).measurementTime(time);
			options.warmupIterations(iterations).measurementIterations(iterations);
			List<RunResult> results = new ArrayList<>(new Runner(options.build()).run());
			results.sort(Comparator.comparing(StepsBench::name));
			for (RunResult result : results) {
				String row = row(result);
				System.out.print(row);
				table.append(row);
			}
		}
		return table.toString();
	}

	private static String row(RunResult result) {
		return ROW.formatted(name(result), number(result.getPrimaryResult()),
				number(result.getSecondaryResults().get(CpuProfiler.RESULT)),
				number(result.getSecondaryResults().get("gc.alloc.rate.norm")));
	}

	private static String number(@Nullable Result<?> result) {
		return (result != null) ? "%,.0f".formatted(result.getScore()) : "-";
	}

	private static String name(RunResult result) {
		String benchmark = result.getParams().getBenchmark();
		String[] parts = benchmark.split("\\.");
		StringBuilder name = new StringBuilder(
				parts[parts.length - 2].replace("Benchmark", "") + "." + parts[parts.length - 1]);
		result.getParams()
			.getParamsKeys()
			.forEach((key) -> name.append(' ').append(key).append('=').append(result.getParams().getParam(key)));
		return name.toString();
	}

}
