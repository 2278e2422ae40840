package io.meshbridge.bridge.mqtt;

import java.util.Map;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.BridgeHarness;

/**
 * The contract over MQTT 5.
 */
class Mqtt5ContractTests extends BridgeContract {

	@Override
	protected BridgeHarness harness() {
		return new MqttHarness(MqttVersion.V5, Map.of());
	}

}
