package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.meshbridge.gateway.TurnedClock;
import io.meshbridge.rules.OnFilterError;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

class FilterErrorsTests {

	private static final String FIRST = "orders: the filters can't say whether event 1 of /orders, type order.placed, "
			+ "matches, so the route does not take it: the data is no JSON";

	private final Logger logger = (Logger) LoggerFactory.getLogger(FilterErrors.class);

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	private final TurnedClock clock = new TurnedClock(DeliverySetup.NOW);

	private final Counter counter = new SimpleMeterRegistry().counter("errors");

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
	void countsAllAndTellsOfThemOnceAMinute() {
		FilterErrors errors = errors(OnFilterError.SKIP);
		for (int i = 1; i <= 1_000; i++) {
			assertThat(add(errors, i)).isFalse();
		}
		assertThat(lines()).containsExactly(FIRST);
		this.clock.turn(Duration.ofMinutes(1));
		add(errors, 1_001);
		assertThat(lines()).containsExactly(FIRST,
				"orders: more events that the filters can't say of whether they match: 1000, "
						+ "the last is event 1001 of /orders, type order.placed: the data is no JSON");
		assertThat(this.counter.count()).isEqualTo(1_001);
		assertThat(this.appender.list).allMatch((line) -> line.getLevel().equals(Level.WARN));
	}

	@Test
	void asksWhyOnlyForALine() {
		FilterErrors errors = errors(OnFilterError.SKIP);
		add(errors, 1);
		errors.add(DeliverySetup.sample("2"), () -> {
			throw new AssertionError("asked without need");
		});
		assertThat(lines()).containsExactly(FIRST);
	}

	@Test
	void takesEventsToTheDeadLetterSinkWithoutALineOfItsOwn() {
		FilterErrors errors = errors(OnFilterError.DEAD_LETTER);
		assertThat(add(errors, 1)).isTrue();
		assertThat(lines()).isEmpty();
		assertThat(this.counter.count()).isEqualTo(1);
	}

	private FilterErrors errors(OnFilterError onFilterError) {
		return new FilterErrors("orders", onFilterError, this.counter, this.clock);
	}

	private static boolean add(FilterErrors errors, int id) {
		return errors.add(DeliverySetup.sample(String.valueOf(id)), () -> "the data is no JSON");
	}

	private List<String> lines() {
		return this.appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

}
