package io.meshbridge.bridge.test.memory;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.OrderUnit;
import io.meshbridge.bridge.test.Rule;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

import static org.assertj.core.api.Assertions.assertThat;

class BrokenBridgesTests {

	@Test
	void everyRuleHasItsTestAndItsBrokenBridge() {
		assertThat(BrokenBridges.ALL).containsOnlyKeys(Rule.values());
		assertThat(Arrays.stream(Rule.values()).map(BrokenBridgesTests::method)).hasSize(18).doesNotContainNull();
	}

	@ParameterizedTest
	@EnumSource
	void ruleCatchesTheBridgeThatBreaksIt(Rule rule) {
		assertCaught(rule, new MemoryHarness(Objects.requireNonNull(BrokenBridges.ALL.get(rule))));
	}

	@Test
	void orderRuleCatchesTheBridgeThatReceivesOneKeyOutOfOrder() {
		assertCaught(Rule.R13,
				new MemoryHarness(new BrokenBridges.OvertakesOnTheWayIn(), OrderUnit.key("message key")));
	}

	@Test
	void orderRuleCatchesTheBridgeThatReceivesOneDestinationOutOfOrder() {
		assertCaught(Rule.R13,
				new MemoryHarness(new BrokenBridges.SwapsKeysOnTheWayIn(), OrderUnit.destination("queue")));
	}

	@Test
	void orderRuleLetsKeysOvertakeEachOtherWhereTheUnitIsAKey() {
		TestExecutionSummary summary = run(Rule.R13,
				new MemoryHarness(new BrokenBridges.SwapsKeysOnTheWayIn(), OrderUnit.key("message key")));
		assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
	}

	@Test
	void orderRuleCatchesTheBridgeThatDoesNotNameTheKey() {
		assertCaught(Rule.R13, new MemoryHarness(new BrokenBridges.NamesNoKey(), OrderUnit.key("message key")));
	}

	private static void assertCaught(Rule rule, MemoryHarness broken) {
		TestExecutionSummary summary = run(rule, broken);
		assertThat(summary.getTestsFailedCount()).as("failures of %s", rule).isEqualTo(1);
		Throwable problem = summary.getFailures().get(0).getException();
		assertThat(problem).as("how %s fails", rule)
			.isInstanceOfAny(AssertionError.class, ConditionTimeoutException.class);
	}

	private static TestExecutionSummary run(Rule rule, MemoryHarness harness) {
		BrokenContract.BROKEN.set(harness);
		try {
			LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
				.selectors(DiscoverySelectors.selectMethod(BrokenContract.class, method(rule)))
				.configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
				.build();
			SummaryGeneratingListener listener = new SummaryGeneratingListener();
			LauncherFactory.create().execute(request, listener);
			return listener.getSummary();
		}
		finally {
			BrokenContract.BROKEN.remove();
		}
	}

	private static Method method(Rule rule) {
		String prefix = rule.name().toLowerCase(Locale.ROOT) + "_";
		return Arrays.stream(BridgeContract.class.getDeclaredMethods())
			.filter((method) -> method.getName().startsWith(prefix))
			.findFirst()
			.orElseThrow();
	}

}
