package io.meshbridge.bridge.test.memory;

import java.util.Objects;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.BridgeHarness;
import io.meshbridge.bridge.test.Rule;

/**
 * The contract on a bridge that breaks a rule. Not named as tests are: it has to fail,
 * and is run by {@link BrokenBridgesTests}.
 */
class BrokenContract extends BridgeContract {

	static final ThreadLocal<Rule> BROKEN = new ThreadLocal<>();

	@Override
	protected BridgeHarness harness() {
		return new MemoryHarness(Objects.requireNonNull(BrokenBridges.ALL.get(BROKEN.get())));
	}

}
