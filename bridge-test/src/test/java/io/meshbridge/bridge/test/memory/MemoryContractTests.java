package io.meshbridge.bridge.test.memory;

import java.time.Duration;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.BridgeHarness;

class MemoryContractTests extends BridgeContract {

	@Override
	protected BridgeHarness harness() {
		return new MemoryHarness(new MemoryBridge()) {

			/** Longer than for a bridge that is to fail. */
			@Override
			public Duration patience() {
				return Duration.ofSeconds(40);
			}

		};
	}

}
