package io.meshbridge.bench.steps;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.RouteCompiler;
import io.meshbridge.rules.YamlSettings;
import io.meshbridge.rules.transform.Transform;
import io.meshbridge.rules.transform.TransformException;
import io.meshbridge.rules.transform.TransformLimits;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Transforms, as a route has them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TransformBenchmark {

	private final Transform attributes = transform(
			"[ { set: { type: com.example.measured } }, { rename: { partitionkey: line } } ]");

	private final Transform template = transform("[ { set: { subject: \"{type}/{partitionkey}\" } } ]");

	private final Transform dataTemplate = transform("[ { set: { subject: \"{data.reading.unit}\" } } ]");

	private final Transform jsonata = transform(
			"[ { data-jsonata: '{ \"celsius\": reading.value, \"hot\": reading.value > 90 }' } ]");

	/**
	 * Sets one attribute and renames another.
	 */
	@Benchmark
	public Object setAndRename() throws TransformException {
		return this.attributes.apply(SampleEvent.EVENT, TransformLimits.DEFAULT);
	}

	/**
	 * Makes an attribute of two others.
	 */
	@Benchmark
	public Object template() throws TransformException {
		return this.template.apply(SampleEvent.EVENT, TransformLimits.DEFAULT);
	}

	/**
	 * Makes an attribute of a value in the data, which is parsed for it.
	 */
	@Benchmark
	public Object dataTemplate() throws TransformException {
		return this.dataTemplate.apply(SampleEvent.EVENT, TransformLimits.DEFAULT);
	}

	/**
	 * Makes small data of the data, with an expression.
	 */
	@Benchmark
	public Object dataJsonata() throws TransformException {
		return this.jsonata.apply(SampleEvent.EVENT, TransformLimits.DEFAULT);
	}

	private static Transform transform(String steps) {
		String file = "routes: [ { id: bench, from: \"kafka:in\", to: \"kafka:out\", transform: " + steps + " } ]";
		RouteCompiler compiler = new RouteCompiler(new EndpointCatalog(Set.of("kafka"), Set.of()));
		return Objects.requireNonNull(compiler
			.compile(List.of(Objects.requireNonNull(YamlSettings.ruleFile("routes.yaml", file).routes())), null)
			.get(0)
			.transform());
	}

}
