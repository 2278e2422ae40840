package io.meshbridge.bench.raw;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;

/**
 * Poll, publish all as persistent and mandatory messages, wait for the confirms, commit.
 */
final class KafkaToRabbit {

	private static final int PERSISTENT = 2;

	private KafkaToRabbit() {
	}

	static void run(String address, String in, String group, int rabbitPort, String exchange)
			throws IOException, InterruptedException, TimeoutException {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost("127.0.0.1");
		factory.setPort(rabbitPort);
		AtomicBoolean returned = new AtomicBoolean();
		try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(address, in, group);
				Connection connection = factory.newConnection();
				Channel channel = connection.createChannel()) {
			channel.confirmSelect();
			channel.addReturnListener((unroutable) -> returned.set(true));
			System.out.println("READY");
			while (true) {
				ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(500));
				for (ConsumerRecord<byte[], byte[]> taken : records) {
					channel.basicPublish(exchange, in, true, properties(taken), taken.value());
				}
				if (!records.isEmpty()) {
					channel.waitForConfirmsOrDie(30_000);
					if (returned.get()) {
						throw new IOException("kafka-rabbit: the broker returned a message as unroutable");
					}
					consumer.commitSync();
				}
			}
		}
	}

	private static AMQP.BasicProperties properties(ConsumerRecord<byte[], byte[]> taken) {
		Map<String, Object> headers = new HashMap<>();
		String contentType = null;
		for (Header header : taken.headers()) {
			String value = new String(header.value(), StandardCharsets.UTF_8);
			if (header.key().startsWith("ce_")) {
				headers.put("cloudEvents_" + header.key().substring(3), value);
			}
			else if (header.key().equals("content-type")) {
				contentType = value;
			}
		}
		return new AMQP.BasicProperties.Builder().deliveryMode(PERSISTENT)
			.contentType(contentType)
			.headers(headers)
			.build();
	}

}
