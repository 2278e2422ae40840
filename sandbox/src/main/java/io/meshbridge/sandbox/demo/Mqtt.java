package io.meshbridge.sandbox.demo;

import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Connections of the demo to the gateway's MQTT broker.
 */
final class Mqtt {

	static final long TIMEOUT_MILLIS = 10_000;

	private Mqtt() {
	}

	static MqttAsyncClient connect(String url, String clientId, @Nullable MqttCallback callback) throws DemoException {
		try {
			MqttAsyncClient client = new MqttAsyncClient(url, clientId, new MemoryPersistence());
			client.setCallback(callback);
			MqttConnectionOptions options = new MqttConnectionOptions();
			options.setCleanStart(true);
			client.connect(options).waitForCompletion(TIMEOUT_MILLIS);
			return client;
		}
		catch (MqttException ex) {
			throw new DemoException("can't connect to the gateway's MQTT broker at " + url + ": " + ex);
		}
	}

	/**
	 * Ends a connection; one that is gone already is no matter.
	 */
	static void disconnect(MqttAsyncClient client) {
		try {
			client.disconnectForcibly(0, 1000, true);
			client.close(true);
		}
		catch (MqttException ex) {
			// The gateway, and its broker with it, may have ended before.
			LoggerFactory.getLogger(Mqtt.class).debug("while disconnecting", ex);
		}
	}

}
