package io.meshbridge.bridge.test;

import java.nio.charset.StandardCharsets;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.junit.jupiter.api.Test;

import static io.meshbridge.bridge.test.EventAssert.assertThatEvent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SampleEventsTests {

	@Test
	void haveNamesAndIdsOfTheirOwn() {
		assertThat(SampleEvents.all()).extracting(SampleEvent::name).doesNotHaveDuplicates().hasSizeGreaterThan(35);
		assertThat(SampleEvents.all()).extracting((sample) -> sample.event().getId()).doesNotHaveDuplicates();
	}

	@Test
	void areEqualToThemselvesInWhatTheyMean() {
		for (SampleEvent sample : SampleEvents.all()) {
			assertThatEvent(CloudEventBuilder.from(sample.event()).build()).isSameEventAs(sample.event());
		}
	}

	@Test
	void differenceInAnExtensionShows() {
		CloudEvent event = SampleEvents.text("a");
		CloudEvent other = CloudEventBuilder.from(event).withExtension("added", "x").build();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThatEvent(other).isSameEventAs(event))
			.withMessageContaining("added");
	}

	@Test
	void noDataDiffersFromEmptyDataUnlessAsked() {
		CloudEvent empty = CloudEventBuilder.from(SampleEvents.text("")).build();
		CloudEvent none = CloudEventBuilder.from(empty).withoutData().build();
		assertThat(empty.getData()).isNotNull();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThatEvent(none).hasSameDataAs(empty));
		assertThatEvent(none).whereNoDataIsEmptyData().hasSameDataAs(empty);
	}

	@Test
	void dataIsComparedByItsBytes() {
		CloudEvent event = CloudEventBuilder.from(SampleEvents.text("a"))
			.withData("application/json", "{\"a\":1}".getBytes(StandardCharsets.UTF_8))
			.build();
		CloudEvent spaced = CloudEventBuilder.from(event)
			.withData("application/json", "{\"a\": 1}".getBytes(StandardCharsets.UTF_8))
			.build();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThatEvent(spaced).isSameEventAs(event));
	}

}
