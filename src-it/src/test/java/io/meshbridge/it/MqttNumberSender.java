package io.meshbridge.it;

import java.util.UUID;

import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * QoS 1 to a topic of the key's own; acknowledged by PUBACK.
 */
final class MqttNumberSender implements NumberSender {

	private static final long WAIT_MILLIS = 15_000;

	private final MqttAsyncClient client;

	MqttNumberSender(int port) throws MqttException {
		this.client = new MqttAsyncClient("tcp://127.0.0.1:" + port, UUID.randomUUID().toString(),
				new MemoryPersistence());
		MqttConnectionOptions options = new MqttConnectionOptions();
		options.setAutomaticReconnect(false);
		options.setConnectionTimeout(15);
		try {
			this.client.connect(options).waitForCompletion(WAIT_MILLIS);
		}
		catch (MqttException ex) {
			close();
			throw ex;
		}
	}

	@Override
	public void send(String destination, LedgerEvent event, Runnable acknowledged) throws MqttException {
		MqttMessage message = new MqttMessage(event.json());
		message.setQos(1);
		MqttProperties properties = new MqttProperties();
		properties.setContentType(LedgerEvent.CONTENT_TYPE);
		message.setProperties(properties);
		this.client.publish(destination + "/" + event.key(), message, null, new MqttActionListener() {

			@Override
			public void onSuccess(IMqttToken token) {
				if (token.getReasonCodes()[0] < 0x80) {
					acknowledged.run();
				}
			}

			@Override
			public void onFailure(IMqttToken token, Throwable failure) {
				// Not taken, so not acknowledged.
			}

		});
	}

	@Override
	public void close() {
		try {
			this.client.disconnectForcibly(0, 500, false);
			this.client.close(true);
		}
		catch (MqttException ex) {
			throw new IllegalStateException("the client does not end", ex);
		}
	}

}
