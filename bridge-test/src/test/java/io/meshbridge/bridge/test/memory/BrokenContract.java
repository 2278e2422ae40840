package io.meshbridge.bridge.test.memory;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.BridgeHarness;
import org.junit.jupiter.api.Assumptions;

/**
 * The contract on a bridge that breaks a rule. Not named as tests are: it has to fail,
 * and is run by {@link BrokenBridgesTests}.
 */
class BrokenContract extends BridgeContract {

	static final ThreadLocal<MemoryHarness> BROKEN = new ThreadLocal<>();

	@Override
	protected BridgeHarness harness() {
		MemoryHarness broken = BROKEN.get();
		Assumptions.assumeTrue(broken != null, "run by BrokenBridgesTests only");
		return broken;
	}

}
