package io.meshbridge.bridge.mqtt;

import java.util.Map;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.BridgeHarness;
import io.meshbridge.bridge.test.Rule;

/**
 * The contract over MQTT 3.1.1.
 */
class Mqtt3ContractTests extends BridgeContract {

	@Override
	protected BridgeHarness harness() {
		return new MqttHarness(MqttVersion.V3,
				Map.of(Rule.R10, "a 3.1.1 broker confirms what it does not allow; a PUBACK has no reason code"));
	}

}
