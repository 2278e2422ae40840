package io.meshbridge.bench.steps;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.TimeValue;

import static org.assertj.core.api.Assertions.assertThat;

class StepsBenchTests {

	@Test
	void eachStepIsMeasuredWithTimeAndMemory() throws Exception {
		List<String> rows = StepsBench.run(TimeValue.milliseconds(1), 1).lines().skip(1).toList();
		assertThat(rows).hasSize(6 + 9 + 4 + 2).allSatisfy((row) -> {
			String[] cells = row.split(" {2,}");
			assertThat(cells).as(row).hasSize(4);
			// A millisecond may be less than what the system can tell of CPU time.
			assertThat(Double.parseDouble(cells[2].replace(",", ""))).isNotNegative();
			assertThat(Double.parseDouble(cells[1].replace(",", ""))).isPositive();
			assertThat(Double.parseDouble(cells[3].replace(",", ""))).isNotNegative();
		});
	}

	@Test
	void eachMessageHoldsTheSampleEvent() throws Exception {
		MapBenchmark map = new MapBenchmark();
		assertThat(map.kafkaToEvent()).isEqualTo(new Content.Event(SampleEvent.EVENT));
		assertThat(map.httpToEvent()).isEqualTo(List.of(SampleEvent.EVENT));
		assertThat(map.mqttToEvent()).isEqualTo(SampleEvent.EVENT);
		assertThat(new SerialiseBenchmark().jsonToEvent()).isEqualTo(SampleEvent.EVENT);
	}

	@Test
	void eachTransformDoesWhatItSays() throws Exception {
		TransformBenchmark transform = new TransformBenchmark();
		assertThat(((CloudEvent) transform.setAndRename()).getExtension("line")).isEqualTo("line-7");
		assertThat(((CloudEvent) transform.template()).getSubject()).isEqualTo("com.example.reading/line-7");
		assertThat(((CloudEvent) transform.dataTemplate()).getSubject()).isEqualTo("C");
		assertThat(((CloudEvent) transform.dataJsonata()).getData()).isNotNull()
			.satisfies((data) -> assertThat(new String(data.toBytes(), StandardCharsets.UTF_8))
				.isEqualTo("{\"celsius\":21.5,\"hot\":false}"));
	}

}
