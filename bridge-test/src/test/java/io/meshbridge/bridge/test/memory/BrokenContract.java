package io.meshbridge.bridge.test.memory;

import java.util.Objects;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.BridgeHarness;
import io.meshbridge.bridge.test.Rule;
import org.junit.jupiter.api.Assumptions;

/**
 * The contract on a bridge that breaks a rule. Not named as tests are: it has to fail,
 * and is run by {@link BrokenBridgesTests}.
 */
class BrokenContract extends BridgeContract {

	static final ThreadLocal<Rule> BROKEN = new ThreadLocal<>();

	@Override
	protected BridgeHarness harness() {
		Rule broken = BROKEN.get();
		Assumptions.assumeTrue(broken != null, "run by BrokenBridgesTests only");
		return new MemoryHarness(Objects.requireNonNull(BrokenBridges.ALL.get(broken)));
	}

}
