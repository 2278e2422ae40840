package io.meshbridge.bridge.http;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.BridgeHarness;

class HttpContractTests extends BridgeContract {

	@Override
	protected BridgeHarness harness() {
		return new HttpHarness();
	}

}
