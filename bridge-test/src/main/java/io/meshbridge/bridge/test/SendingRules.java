package io.meshbridge.bridge.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SendException;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/**
 * When a send counts as done, and how it fails.
 */
final class SendingRules {

	private static final Duration SHORT = Duration.ofSeconds(3);

	private final ContractRun run;

	private final BridgeHarness harness;

	SendingRules(ContractRun run) {
		this.run = run;
		this.harness = run.harness();
	}

	void sendCompletesOnlyAfterTheBrokerAccepted() {
		Destination destination = this.harness.newDestination();
		List<String> labels = ContractRun.labels(Rule.R07, 3);
		try (TestGateway gateway = this.run.onlyGateway()) {
			TestTarget target = gateway.target(destination);
			this.run.sendUntilAccepted(target, labels.get(0));
			this.run.takeAll(destination, labels.subList(0, 1));
			this.run.suspendBroker();
			CompletableFuture<Void> send = this.run.send(target, labels.get(1), SHORT);
			SendException failure = target.outcome(send, SHORT.plus(this.run.patience()));
			assertTransient(failure, "a send while the broker does not answer");
			this.run.startBroker();
			this.run.sendUntilAccepted(target, labels.get(2));
			this.run.takeAll(destination, labels.subList(2, 3));
		}
	}

	private static void assertTransient(@Nullable SendException failure, String what) {
		if (failure == null) {
			throw new AssertionError(what + " was confirmed");
		}
		Assertions.assertThat(failure.permanent())
			.as("%s is a permanent failure: %s", what, failure.getMessage())
			.isFalse();
		Assertions.assertThat(failure.getMessage()).as("message of the failure of %s", what).isNotBlank();
	}

	void forbiddenDestinationIsPermanentAndNamed() {
		Destination destination = this.harness.forbiddenDestination();
		TestTarget target = this.run.gateway().target(destination);
		SendException failure = target.outcome(this.run.send(target, "forbidden", Duration.ofSeconds(10)),
				this.run.patience());
		String message = assertPermanent(failure, "a send to a forbidden destination");
		Assertions.assertThat(message).as("message names the destination").contains(destination.target());
	}

	private static String assertPermanent(@Nullable SendException failure, String what) {
		if (failure == null) {
			throw new AssertionError(what + " was confirmed");
		}
		Assertions.assertThat(failure.permanent())
			.as("%s is a permanent failure: %s: %s", what, failure.code(), failure.getMessage())
			.isTrue();
		Assertions.assertThat(failure.code()).as("code").isNotBlank();
		return String.valueOf(failure.getMessage());
	}

	void payloadOverTheLimitIsPermanent() {
		Destination destination = this.harness.newDestination();
		TestTarget target = this.run.gateway().target(destination);
		int limit = this.harness.maxPayloadBytes();
		SendException failure = target.outcome(
				target.send(SampleEvents.ofSize(limit + 1), this.run.anyMode(), null, Duration.ofSeconds(20)),
				this.run.patience());
		String message = assertPermanent(failure, "a send of " + (limit + 1) + " bytes");
		Assertions.assertThat(message.replaceAll("(?<=\\d)[,._ ](?=\\d)", ""))
			.as("message names the limit")
			.contains(String.valueOf(limit))
			.contains("byte");
		List<String> labels = ContractRun.labels(Rule.R17, 1);
		this.run.sendUntilAccepted(target, labels.get(0));
		this.run.takeAll(destination, labels);
	}

	void abortedSendIsAFailure() {
		Destination destination = this.harness.newDestination();
		List<String> labels = ContractRun.labels(Rule.R18, 4);
		try (TestGateway gateway = this.run.onlyGateway()) {
			TestTarget target = gateway.target(destination);
			this.run.sendUntilAccepted(target, labels.get(0));
			this.run.suspendBroker();
			CompletableFuture<Void> cancelled = this.run.send(target, labels.get(1), SHORT);
			cancelled.cancel(true);
			CompletableFuture<Void> interrupted = sendInterrupted(target, labels.get(2));
			SendException failure = target.outcome(interrupted, SHORT.plus(this.run.patience()));
			if (failure == null) {
				throw new AssertionError("an interrupted send was confirmed while the broker does not answer");
			}
			Assertions.assertThat(failure.permanent()).as("an interrupted send is a permanent failure").isFalse();
			this.run.startBroker();
			this.run.sendUntilAccepted(target, labels.get(3));
			Assertions.assertThat(cancelled).as("cancelled send").isCompletedExceptionally();
		}
	}

	private CompletableFuture<Void> sendInterrupted(TestTarget target, String label) {
		boolean kept = false;
		try {
			// Binding first: waiting for it would be interrupted too.
			target.awaitBound();
			Thread.currentThread().interrupt();
			CompletableFuture<Void> send = this.run.send(target, label, SHORT);
			kept = Thread.currentThread().isInterrupted();
			return send;
		}
		finally {
			boolean cleared = Thread.interrupted();
			Assertions.assertThat(kept && cleared).as("interrupt flag is kept").isTrue();
		}
	}

	void orderIsKept() throws Exception {
		Destination destination = this.harness.newDestination();
		TestTarget target = this.run.gateway().target(destination);
		List<String> labels = ContractRun.labels(Rule.R13, 60);
		ContentMode mode = this.run.anyMode();
		List<CompletableFuture<Void>> sends = new ArrayList<>();
		for (int i = 0; i < labels.size(); i++) {
			CompletableFuture<Void> send = target.send(SampleEvents.text(labels.get(i)), mode,
					"key-" + i % ReceivingRules.KEYS, Duration.ofSeconds(10));
			sends.add(send);
			if (!target.target().keepsOrder()) {
				Assertions.assertThat(target.outcome(send, this.run.patience())).isNull();
			}
		}
		for (CompletableFuture<Void> send : sends) {
			Assertions.assertThat(target.outcome(send, this.run.patience())).isNull();
		}
		List<String> taken = this.run.takeAll(destination, labels);
		for (List<String> expected : ReceivingRules.byKey(labels)) {
			Assertions.assertThat(taken.stream().filter(expected::contains).distinct().toList())
				.as("messages sent with one key")
				.isEqualTo(expected);
		}
	}

}
