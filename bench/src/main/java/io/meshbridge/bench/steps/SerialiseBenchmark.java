package io.meshbridge.bench.steps;

import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.JsonEventFormat;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Events in structured mode, as JSON.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SerialiseBenchmark {

	private final byte[] document = JsonEventFormat.write(SampleEvent.EVENT);

	/**
	 * An event to a JSON document.
	 */
	@Benchmark
	public Object eventToJson() {
		return JsonEventFormat.write(SampleEvent.EVENT);
	}

	/**
	 * A JSON document to its event.
	 */
	@Benchmark
	public Object jsonToEvent() throws UnreadableMessageException {
		return JsonEventFormat.read(this.document);
	}

}
