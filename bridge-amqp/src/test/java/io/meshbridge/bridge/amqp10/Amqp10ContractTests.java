package io.meshbridge.bridge.amqp10;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.BridgeHarness;

/**
 * The contract over the embedded broker.
 */
class Amqp10ContractTests extends BridgeContract {

	@Override
	protected BridgeHarness harness() {
		return new Amqp10Harness.Embedded();
	}

}
