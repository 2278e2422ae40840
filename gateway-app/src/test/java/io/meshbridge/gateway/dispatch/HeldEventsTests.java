package io.meshbridge.gateway.dispatch;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

class HeldEventsTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(HeldEvents.class);

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	private final HeldEvents held = new HeldEvents("orders to kafka:orders");

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
	void anOutageIsOneLineAtItsBeginningAndOneAtItsEnd() {
		for (int outage = 0; outage < 2; outage++) {
			for (int i = 0; i < 1000; i++) {
				this.held.add(DeliverySetup.sample(String.valueOf(i)),
						"the target is down; there is no dead letter sink");
			}
			for (int i = 0; i < 1000; i++) {
				this.held.remove();
			}
		}
		String begin = "orders to kafka:orders: event 0 of /orders is held and tried again: the target is down; "
				+ "there is no dead letter sink; more like it are told at the end";
		String end = "orders to kafka:orders: no event is held any more, 1000 were";
		assertThat(lines()).containsExactly(begin, end, begin, end);
	}

	@Test
	void oneThatFollowsBeforeTheEndIsOfTheSameOutage() {
		this.held.add(DeliverySetup.sample("1"), "down");
		this.held.add(DeliverySetup.sample("2"), "down");
		this.held.remove();
		this.held.add(DeliverySetup.sample("3"), "down");
		this.held.remove();
		this.held.remove();
		assertThat(lines()).hasSize(2).last().asString().endsWith("3 were");
	}

	private List<String> lines() {
		return this.appender.list.stream()
			.filter((line) -> line.getLevel().isGreaterOrEqual(Level.INFO))
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

}
