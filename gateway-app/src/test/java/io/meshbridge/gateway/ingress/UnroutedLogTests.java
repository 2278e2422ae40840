package io.meshbridge.gateway.ingress;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.gateway.TurnedClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

class UnroutedLogTests {

	private static final String FIRST = "mqtt:plant/+/t: event 1 of /shop, type order.placed, matches no route: "
			+ "it is acknowledged and goes nowhere; "
			+ "see the filters of the routes that read this source (GET /admin/routes), or add one";

	private final Logger logger = (Logger) LoggerFactory.getLogger(UnroutedLog.class);

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	private final TurnedClock clock = new TurnedClock(Instant.parse("2026-01-01T00:00:00Z"));

	private final UnroutedLog log = new UnroutedLog("mqtt:plant/+/t", this.clock);

	@BeforeEach
	void listen() {
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.appender);
	}

	@Test
	void tellsOfTheFirstEventAtOnceAndWhatToDo() {
		this.log.add(event(1));
		assertThat(lines()).containsExactly(FIRST);
		assertThat(this.appender.list).allMatch((line) -> line.getLevel().equals(Level.WARN));
	}

	@Test
	void countsTheFollowingOnesInOneLineAMinute() {
		for (int i = 1; i <= 1000; i++) {
			this.log.add(event(i));
		}
		assertThat(lines()).containsExactly(FIRST);
		this.clock.turn(Duration.ofSeconds(60));
		this.log.add(event(1001));
		this.log.add(event(1002));
		this.clock.turn(Duration.ofSeconds(59));
		this.log.add(event(1003));
		this.clock.turn(Duration.ofSeconds(1));
		this.log.add(event(1004));
		assertThat(lines()).containsExactly(FIRST,
				"mqtt:plant/+/t: more events that match no route: 1000, the last is event 1001 of /shop, type order.placed",
				"mqtt:plant/+/t: more events that match no route: 3, the last is event 1004 of /shop, type order.placed");
	}

	@Test
	void keepsNoneBackForEverWhenTheClockIsSetBack() {
		this.log.add(event(1));
		this.clock.turn(Duration.ofHours(-1));
		this.log.add(event(2));
		assertThat(lines()).hasSize(2);
	}

	@Test
	void showsNoPayload() {
		this.log.add(event(1));
		this.clock.turn(Duration.ofMinutes(1));
		this.log.add(event(2));
		assertThat(lines()).hasSize(2).noneMatch((line) -> line.contains("secret"));
	}

	private List<String> lines() {
		return this.appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	private static CloudEvent event(int id) {
		return CloudEventBuilder.v1()
			.withId(String.valueOf(id))
			.withSource(URI.create("/shop"))
			.withType("order.placed")
			.withData("text/plain", "secret".getBytes(StandardCharsets.UTF_8))
			.build();
	}

}
