package io.meshbridge.bridge.rabbit;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.BridgeHarness;

class RabbitContractTests extends BridgeContract {

	@Override
	protected BridgeHarness harness() {
		return new RabbitHarness();
	}

}
