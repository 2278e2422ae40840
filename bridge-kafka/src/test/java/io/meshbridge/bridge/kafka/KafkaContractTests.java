package io.meshbridge.bridge.kafka;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.BridgeHarness;

class KafkaContractTests extends BridgeContract {

	@Override
	protected BridgeHarness harness() {
		return new KafkaHarness();
	}

}
