package io.meshbridge.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class SandboxKafkaIT {

	@Test
	void keepsRecordsAcrossARestartOnTheSamePort(@TempDir Path data) throws Exception {
		try (SandboxKafka kafka = SandboxKafka.start(FreePort.any(), data)) {
			try (KafkaProducer<String, String> producer = new KafkaProducer<>(
					Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"), new StringSerializer(),
					new StringSerializer())) {
				producer.send(new ProducerRecord<>("readings", "k", "21.5")).get(30, TimeUnit.SECONDS);
			}
			int port = kafka.port();
			kafka.stop();
			kafka.start();
			assertThat(kafka.port()).isEqualTo(port);
			List<String> found = new ArrayList<>();
			try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers",
					kafka.bootstrapServers(), "group.id", "test", "auto.offset.reset", "earliest"),
					new StringDeserializer(), new StringDeserializer())) {
				consumer.subscribe(List.of("readings"));
				Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
					for (ConsumerRecord<String, String> polled : consumer.poll(Duration.ofMillis(200))) {
						found.add(polled.value());
					}
					return !found.isEmpty();
				});
			}
			assertThat(found).containsExactly("21.5");
		}
	}

}
