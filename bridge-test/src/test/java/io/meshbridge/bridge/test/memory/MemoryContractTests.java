package io.meshbridge.bridge.test.memory;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.BridgeHarness;

class MemoryContractTests extends BridgeContract {

	@Override
	protected BridgeHarness harness() {
		return new MemoryHarness(new MemoryBridge());
	}

}
