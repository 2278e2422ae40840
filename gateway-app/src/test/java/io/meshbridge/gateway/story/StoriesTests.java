package io.meshbridge.gateway.story;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.gateway.dispatch.EventStory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * When there can be no stories, events don't feel it and who asks hears why.
 */
@ExtendWith(OutputCaptureExtension.class)
class StoriesTests {

	private static final Duration DAY = Duration.ofDays(1);

	private static final CloudEvent EVENT = CloudEventBuilder.v1()
		.withId("1")
		.withSource(URI.create("/shop"))
		.withType("order.placed")
		.build();

	@TempDir
	private Path folder = Path.of(".");

	@Test
	void writesNothingWhenSwitchedOff() throws Exception {
		Stories stories = stories(new StoryProperties(false, 1_000_000, DAY));
		assertThat(stories.received(EVENT, "kafka:in", List.of())).isSameAs(EventStory.NONE);
		stories.refused("/shop", "1", "kafka:in", "too much");
		assertThatIllegalStateException().isThrownBy(() -> stories.tell("/shop", "1", List.of()))
			.withMessage("no event stories are written: meshbridge.story.enabled is false");
		assertThat(this.folder).isEmptyDirectory();
		stories.destroy();
	}

	@Test
	void leavesTheFolderToTheGatewayThatHasIt(CapturedOutput output) throws Exception {
		Stories first = stories(new StoryProperties(true, 10_000, DAY));
		Stories second = stories(new StoryProperties(true, 10_000, DAY));
		assertThat(output).containsOnlyOnce("No event stories are written: " + this.folder.resolve("story")
				+ " (meshbridge.data-dir) can't be used: java.io.IOException: another gateway uses it");
		first.received(EVENT, "kafka:in", List.of());
		assertThat(second.received(EVENT, "kafka:in", List.of())).isSameAs(EventStory.NONE);
		assertThat(first.tell("/shop", "1", List.of()).entries()).hasSize(1);
		second.destroy();
		first.destroy();
		Stories third = stories(new StoryProperties(true, 10_000, DAY));
		assertThat(third.tell("/shop", "1", List.of()).entries()).hasSize(1);
		third.destroy();
	}

	@Test
	void doesNotStopTheGatewayWhenTheFolderCannotBeMade(CapturedOutput output) throws Exception {
		Files.createFile(this.folder.resolve("story"));
		Stories stories = stories(new StoryProperties(true, 10_000, DAY));
		assertThat(stories.received(EVENT, "kafka:in", List.of())).isSameAs(EventStory.NONE);
		assertThat(output).contains("No event stories are written: ");
		stories.destroy();
	}

	@Test
	void forgetsWhatComesAfterItsEnd() throws Exception {
		Stories stories = stories(new StoryProperties(true, 10_000, DAY));
		stories.destroy();
		assertThat(stories.received(EVENT, "kafka:in", List.of())).isNotNull();
	}

	@Test
	void refusesSettingsThatMakeNoSense() {
		assertThatIllegalArgumentException().isThrownBy(() -> new StoryProperties(true, 9_999, DAY))
			.withMessage("meshbridge.story.max-entries is 9999, expected 10000 to 100000000");
		assertThatIllegalArgumentException().isThrownBy(() -> new StoryProperties(true, 10_000, Duration.ofSeconds(1)))
			.withMessage("meshbridge.story.max-age is PT1S, expected at least 1 minute");
	}

	private Stories stories(StoryProperties properties) {
		GatewayProperties gateway = new GatewayProperties(DataSize.ofMegabytes(1),
				new GatewayProperties.MaxInFlight(100, DataSize.ofMegabytes(1)), "routes.yaml", Duration.ZERO, null,
				this.folder.toString(), 32,
				new GatewayProperties.Channels(GatewayProperties.Channels.EMBEDDED, "meshbridge."),
				Duration.ofSeconds(5), new GatewayProperties.Breaker(50, 5, 100),
				new GatewayProperties.Deduplicate(1000),
				new GatewayProperties.Desk(false, GatewayProperties.Desk.Sinks.ALL, 1, 0),
				new GatewayProperties.Transform(Duration.ofMillis(250), DataSize.ofMegabytes(64)),
				new GatewayProperties.SchemaRegistry(null, null, null), DataSize.ofMegabytes(1));
		return new Stories(properties, gateway, Clock.systemUTC());
	}

}
