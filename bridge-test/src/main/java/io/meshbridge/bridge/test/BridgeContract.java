package io.meshbridge.bridge.test;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.ContentMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The contract every bridge must pass: one test for each {@link Rule}. A bridge adds a
 * subclass {@code XxxContractTests} that gives its harness. Rules run in any order, each
 * on destinations of its own; those that the harness declares unsupported are aborted
 * with its reason.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 150, unit = TimeUnit.SECONDS)
public abstract class BridgeContract {

	private @Nullable ContractRun run;

	/**
	 * Makes the harness; called once.
	 */
	protected abstract BridgeHarness harness();

	@BeforeAll
	final void openHarness() {
		this.run = new ContractRun(harness());
	}

	@AfterAll
	final void closeHarness() {
		ContractRun open = this.run;
		if (open != null) {
			open.close();
		}
	}

	private ContractRun run() {
		return Objects.requireNonNull(this.run, "the contract is not open");
	}

	@Test
	final void r01_everySampleEventSurvivesBinaryMode() throws Exception {
		run().check(Rule.R01, () -> new MappingRules(run()).everySampleEventSurvives(Rule.R01, ContentMode.BINARY));
	}

	@Test
	final void r02_everySampleEventSurvivesStructuredMode() throws Exception {
		run().check(Rule.R02, () -> new MappingRules(run()).everySampleEventSurvives(Rule.R02, ContentMode.STRUCTURED));
	}

	@Test
	final void r03_extensionNamesAndValuesStayAsTheyAre() throws Exception {
		run().check(Rule.R03, () -> new MappingRules(run()).extensionsStayAsTheyAre());
	}

	@Test
	final void r04_nullEmptyAndNonUtf8DataStayDistinct() throws Exception {
		run().check(Rule.R04, () -> new MappingRules(run()).kindsOfDataStayDistinct());
	}

	@Test
	final void r05_plainMessageBecomesAValidEventWithAStableId() throws Exception {
		run().check(Rule.R05, () -> new MappingRules(run()).plainMessageBecomesAValidEvent());
	}

	@Test
	final void r06_unreadableMessageRaisesAnErrorThatSaysWhy() throws Exception {
		run().check(Rule.R06, () -> new MappingRules(run()).unreadableMessageSaysWhy());
	}

	@Test
	final void r07_sendCompletesOnlyAfterTheBrokerAccepted() throws Exception {
		run().check(Rule.R07, () -> new SendingRules(run()).sendCompletesOnlyAfterTheBrokerAccepted());
	}

	@Test
	final void r08_refusedMessageIsRedelivered() throws Exception {
		run().check(Rule.R08, () -> new ReceivingRules(run()).refusedMessageIsRedelivered());
	}

	@Test
	final void r09_unsettledMessageSurvivesAGatewayRestart() throws Exception {
		run().check(Rule.R09, () -> new ReceivingRules(run()).unsettledMessageSurvivesAGatewayRestart());
	}

	@Test
	final void r10_forbiddenDestinationIsPermanentAndNamed() throws Exception {
		run().check(Rule.R10, () -> new SendingRules(run()).forbiddenDestinationIsPermanentAndNamed());
	}

	@Test
	final void r11_brokerThatIsDownAtStartIsUsedWhenItComes() throws Exception {
		run().check(Rule.R11, () -> new LifeCycleRules(run()).brokerThatIsDownAtStartIsUsedWhenItComes());
	}

	@Test
	final void r12_brokerRestartLosesNothing() throws Exception {
		run().check(Rule.R12, () -> new LifeCycleRules(run()).brokerRestartLosesNothing());
	}

	@Test
	final void r13_orderIsKeptWithinTheProtocolsUnit() throws Exception {
		run().check(Rule.R13, () -> {
			new ReceivingRules(run()).orderIsKept();
			new SendingRules(run()).orderIsKept();
		});
	}

	@Test
	final void r14_twoInstancesOfOneGroupGetEachMessageOnce() throws Exception {
		run().check(Rule.R14, () -> new ReceivingRules(run()).twoInstancesGetEachMessageOnce());
	}

	@Test
	final void r15_pausedSourceHoldsItsMessagesUntilItIsResumed() throws Exception {
		run().check(Rule.R15, () -> new ReceivingRules(run()).pausedSourceHoldsItsMessages());
	}

	@Test
	final void r16_stopDrainsWhatIsInFlight() throws Exception {
		run().check(Rule.R16, () -> new LifeCycleRules(run()).stopDrainsWhatIsInFlight());
	}

	@Test
	final void r17_payloadOverTheLimitIsPermanentAndNamesTheLimit() throws Exception {
		run().check(Rule.R17, () -> new SendingRules(run()).payloadOverTheLimitIsPermanent());
	}

	@Test
	final void r18_interruptedOrCancelledSendIsAFailure() throws Exception {
		run().check(Rule.R18, () -> new SendingRules(run()).abortedSendIsAFailure());
	}

}
