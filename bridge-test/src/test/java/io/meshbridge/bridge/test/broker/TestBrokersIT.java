package io.meshbridge.bridge.test.broker;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class TestBrokersIT {

	static Stream<Named<Supplier<TestBroker>>> brokers() {
		return Stream.of(Named.of("Kafka", KafkaTestBroker::get), Named.of("RabbitMQ", RabbitTestBroker::get),
				Named.of("Mosquitto", MosquittoTestBroker::get));
	}

	@ParameterizedTest
	@MethodSource("brokers")
	void startsAgainOnTheSamePortAfterAStop(Supplier<TestBroker> kind) {
		TestBroker broker = kind.get();
		int port = broker.port();
		assertThat(FreePort.taken(port)).isTrue();
		broker.stop();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !FreePort.taken(port));
		broker.start();
		assertThat(broker.port()).isEqualTo(port);
		assertThat(FreePort.taken(port)).isTrue();
		assertThat(kind.get()).isSameAs(broker);
	}

	@ParameterizedTest
	@MethodSource("brokers")
	void isBackAfterASuspension(Supplier<TestBroker> kind) {
		TestBroker broker = kind.get();
		broker.suspend();
		broker.resume();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> FreePort.taken(broker.port()));
		assertThat(broker.port()).isPositive();
	}

}
