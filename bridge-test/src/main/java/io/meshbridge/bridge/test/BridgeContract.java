package io.meshbridge.bridge.test;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The contract every bridge must pass: one test for each {@link Rule}. A bridge adds a
 * subclass {@code XxxContractTests} that gives its harness. Rules run in any order, each
 * on destinations of its own; those the harness declares unsupported are aborted with its
 * reason.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BridgeContract {

	/**
	 * Makes the harness; called once.
	 */
	protected abstract BridgeHarness harness();

	@BeforeAll
	final void openHarness() {
	}

	@AfterAll
	final void closeHarness() {
	}

	@Test
	final void r01_everySampleEventSurvivesBinaryMode() {
	}

}
