package io.meshbridge.bench.matching;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.rules.filter.DataCondition;
import io.meshbridge.rules.filter.DataPath;
import io.meshbridge.rules.filter.ExpressionException;
import io.meshbridge.rules.filter.Filter;
import io.meshbridge.rules.filter.FilterIndex;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * {@code ./meshbridge bench matching}: time to find the one route of a source that an
 * event matches, by the number of its routes and what their filters look like.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatchingBenchmark {

	private static final int EVENTS = 4096;

	/** Number of routes that read the source. */
	@Param({ "1", "10", "10000" })
	public int routes;

	/** What their filters look like. */
	@Param({ "TYPE", "SUBJECT_PREFIX", "SUBJECT_AND_DATA" })
	public Kind kind = Kind.TYPE;

	private FilterIndex<Integer> index = FilterIndex.of(List.of(), (number) -> Filter.EVERYTHING);

	private CloudEvent[] events = {};

	private int next;

	/**
	 * Runs it in this JVM.
	 * @param arguments {@code --quick} for a first impression
	 */
	public static void run(String... arguments) throws RunnerException {
		OptionsBuilder options = new OptionsBuilder();
		options.include(MatchingBenchmark.class.getName()).forks(0).jvmArgs();
		if (List.of(arguments).contains("--quick")) {
			options.warmupIterations(1).measurementIterations(1);
		}
		new Runner(options.build()).run();
	}

	/**
	 * Makes the routes, and events that match one of them each.
	 */
	@Setup
	public void prepare() {
		List<Integer> numbers = IntStream.range(0, this.routes).boxed().toList();
		this.index = FilterIndex.of(numbers, this.kind::filter);
		Random random = new Random(4711);
		this.events = IntStream.range(0, EVENTS)
			.mapToObj((i) -> this.kind.event(i, random.nextInt(this.routes)))
			.toArray(CloudEvent[]::new);
		for (CloudEvent event : this.events) {
			if (this.index.matching(event).matching().size() != 1) {
				throw new IllegalStateException(event + " does not match one route");
			}
		}
	}

	/**
	 * Looks one event up.
	 */
	@Benchmark
	public Object matching() {
		return this.index.matching(this.events[this.next++ & (EVENTS - 1)]);
	}

	/**
	 * What filters look like.
	 */
	public enum Kind {

		/** Each route takes another type. */
		TYPE {
			@Override
			Filter filter(int number) {
				return Filter.exact(Map.of("type", type(number)));
			}
		},

		/** All take one type and source, each another kind of subject. */
		SUBJECT_PREFIX {
			@Override
			Filter filter(int number) {
				return Filter.all(List.of(Filter.exact(Map.of("source", "/plant")),
						Filter.prefix(Map.of("type", "com.example.", "subject", subject(number)))));
			}
		},

		/** The same with a look into data of 1 KiB. */
		SUBJECT_AND_DATA {
			@Override
			Filter filter(int number) {
				return Filter.all(List.of(Filter.exact(Map.of("subject", subject(number) + "temperature")), data()));
			}
		};

		abstract Filter filter(int number);

		CloudEvent event(int id, int number) {
			String text = "{\"pad\":\"" + "x".repeat(960) + "\",\"reading\":{\"value\":21.5,\"unit\":\"C\"}}";
			return CloudEventBuilder.v1()
				.withId(String.valueOf(id))
				.withSource(URI.create("/plant"))
				.withType((this == TYPE) ? type(number) : "com.example.reading")
				.withSubject(subject(number) + "temperature")
				.withDataContentType("application/json")
				.withData(text.getBytes(StandardCharsets.UTF_8))
				.build();
		}

		private static String type(int number) {
			return "com.example.reading.v" + number;
		}

		private static String subject(int number) {
			return "line/" + number + "/";
		}

		private static Filter data() {
			try {
				return Filter.data(Map.of(DataPath.parse("$.reading.value"),
						DataCondition.numeric(Map.of("<", BigDecimal.valueOf(100)))));
			}
			catch (ExpressionException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
