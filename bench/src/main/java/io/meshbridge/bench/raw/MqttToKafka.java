package io.meshbridge.bench.raw;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/**
 * A Paho subscriber with manual acknowledgement: PUBACK when Kafka has the event.
 */
final class MqttToKafka {

	private static final int QOS = 1;

	private static final long TIMEOUT_MILLIS = 10_000;

	private MqttToKafka() {
	}

	static void run(String url, String topic, String address, String out) throws MqttException, InterruptedException {
		CountDownLatch over = new CountDownLatch(1);
		try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(address, 5)) {
			MqttAsyncClient client = new MqttAsyncClient(url, "bench-raw", new MemoryPersistence());
			client.setManualAcks(true);
			client.setCallback(new Forwarding(client, producer, out, over));
			MqttConnectionOptions options = new MqttConnectionOptions();
			options.setCleanStart(true);
			client.connect(options).waitForCompletion(TIMEOUT_MILLIS);
			client.subscribe(topic, QOS).waitForCompletion(TIMEOUT_MILLIS);
			System.out.println("READY");
			over.await();
		}
	}

	private record Forwarding(MqttAsyncClient client, KafkaProducer<byte[], byte[]> producer, String out,
			CountDownLatch over) implements MqttCallback {

		@Override
		public void messageArrived(String topic, MqttMessage message) {
			byte[] key = null;
			MqttProperties properties = message.getProperties();
			List<UserProperty> attributes = properties.getUserProperties();
			for (UserProperty attribute : attributes) {
				if (attribute.getKey().equals("partitionkey")) {
					key = attribute.getValue().getBytes(StandardCharsets.UTF_8);
				}
			}
			ProducerRecord<byte[], byte[]> kafkaRecord = new ProducerRecord<>(this.out,
					(key != null) ? key : topic.getBytes(StandardCharsets.UTF_8), message.getPayload());
			for (UserProperty attribute : attributes) {
				kafkaRecord.headers()
					.add("ce_" + attribute.getKey(), attribute.getValue().getBytes(StandardCharsets.UTF_8));
			}
			if (properties.getContentType() != null) {
				kafkaRecord.headers().add("content-type", properties.getContentType().getBytes(StandardCharsets.UTF_8));
			}
			int id = message.getId();
			this.producer.send(kafkaRecord, (metadata, ex) -> acknowledge(id, ex));
		}

		private void acknowledge(int id, Exception ex) {
			try {
				if (ex != null) {
					throw ex;
				}
				this.client.messageArrivedComplete(id, QOS);
			}
			catch (Exception fatal) {
				System.err.println("mqtt-kafka: " + fatal);
				this.over.countDown();
			}
		}

		@Override
		public void disconnected(MqttDisconnectResponse response) {
			System.err.println("mqtt-kafka: disconnected: " + response);
			this.over.countDown();
		}

		@Override
		public void mqttErrorOccurred(MqttException ex) {
			System.err.println("mqtt-kafka: " + ex);
		}

		@Override
		public void deliveryComplete(IMqttToken token) {
		}

		@Override
		public void connectComplete(boolean reconnect, String url) {
		}

		@Override
		public void authPacketArrived(int reasonCode, MqttProperties properties) {
		}

	}

}
