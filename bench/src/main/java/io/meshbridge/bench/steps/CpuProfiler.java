package io.meshbridge.bench.steps;

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * CPU time of this process for each operation, compiler and garbage collection included.
 * Others that keep the machine busy take time, but not this.
 */
public final class CpuProfiler implements InternalProfiler {

	static final String RESULT = "cpu.norm";

	private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

	private long before;

	@Override
	public String getDescription() {
		return "CPU time for each operation";
	}

	@Override
	public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
		this.before = this.system.getProcessCpuTime();
	}

	@Override
	public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
			IterationResult result) {
		long used = this.system.getProcessCpuTime() - this.before;
		long operations = result.getMetadata().getAllOps();
		return List
			.of(new ScalarResult(RESULT, (double) used / Math.max(1, operations), "ns/op", AggregationPolicy.AVG));
	}

}
