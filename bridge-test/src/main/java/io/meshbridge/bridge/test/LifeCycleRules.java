package io.meshbridge.bridge.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;

/**
 * Brokers that come late or go, and gateways that stop.
 */
final class LifeCycleRules {

	private final ContractRun run;

	private final BridgeHarness harness;

	LifeCycleRules(ContractRun run) {
		this.run = run;
		this.harness = run.harness();
	}

	void brokerThatIsDownAtStartIsUsedWhenItComes() {
		Destination in = this.harness.newDestination();
		Destination out = this.harness.newDestination();
		List<String> labels = ContractRun.labels(Rule.R11, 2);
		this.run.stopBroker();
		try (TestGateway gateway = this.run.onlyGateway()) {
			TestSource source = gateway.sourceWhenReachable(in, ContractRun.group()).acceptAll();
			TestTarget target = gateway.targetWhenReachable(out);
			source.awaitTried();
			target.awaitTried();
			this.run.startBroker();
			source.awaitBound();
			target.awaitBound();
			this.run.sendUntilAccepted(target, labels.get(0));
			this.run.takeAll(out, labels.subList(0, 1));
			awaitFlow(in, source, labels.get(1));
		}
	}

	/**
	 * A binding may be made before its client is connected, and where the broker keeps
	 * nothing for a group it has never seen, so a message is published again.
	 */
	private void awaitFlow(Destination in, TestSource source, String label) {
		Awaitility.await().pollInterval(Duration.ofSeconds(1)).atMost(this.run.patience()).untilAsserted(() -> {
			this.run.publish(in, null, label);
			Assertions.assertThat(ContractRun.labelsOf(source)).contains(label);
		});
	}

	void brokerRestartLosesNothing() throws Exception {
		Destination in = this.harness.newDestination();
		Destination out = this.harness.newDestination();
		List<String> published = ContractRun.labels(Rule.R12, 60);
		List<String> sent = ContractRun.labels(Rule.R12, 60);
		List<Received> held = new CopyOnWriteArrayList<>();
		try (TestGateway gateway = this.run.onlyGateway()) {
			TestTarget target = gateway.target(out);
			TestSource source = gateway.source(in, ContractRun.group()).whenReceived((received) -> {
				if (held.size() < 5) {
					held.add(received);
				}
				else {
					received.accept();
				}
			});
			this.run.publish(in, published.subList(0, 30));
			CompletableFuture<Void> before = sendAll(target, sent.subList(0, 30));
			Awaitility.await().atMost(this.run.patience()).until(() -> source.seen().size() >= 15);
			this.run.stopBroker();
			Assertions
				.assertThat(
						target.outcome(this.run.send(target, sent.get(30), Duration.ofSeconds(3)), this.run.patience()))
				.as("why a send fails while the broker is down")
				.isNotNull();
			CompletableFuture<Void> meanwhile = sendAll(target, sent.subList(30, 60));
			this.run.startBroker();
			if (!this.harness.keepsMessagesForAbsentGroups()) {
				awaitFlow(in, source, ContractRun.labels(Rule.R12, 1).get(0));
			}
			this.run.publish(in, published.subList(30, 60));
			held.forEach(Received::accept);
			source.acceptAll();
			CompletableFuture.allOf(before, meanwhile)
				.get(this.run.patience().multipliedBy(2).toSeconds(), TimeUnit.SECONDS);
			this.run.takeAll(out, sent);
			Awaitility.await()
				.atMost(this.run.patience())
				.untilAsserted(() -> Assertions.assertThat(ContractRun.labelsOf(source)).containsAll(published));
		}
	}

	private CompletableFuture<Void> sendAll(TestTarget target, List<String> labels) {
		CompletableFuture<Void> done = new CompletableFuture<>();
		Thread sender = new Thread(() -> {
			try {
				for (String label : labels) {
					this.run.sendUntilAccepted(target, label);
				}
				done.complete(null);
			}
			catch (RuntimeException | AssertionError ex) {
				done.completeExceptionally(ex);
			}
		}, "contract-sender");
		sender.setDaemon(true);
		sender.start();
		return done;
	}

	void stopDrainsWhatIsInFlight() {
		acceptedMessagesDoNotComeAgain();
		sendsUnderWayEnd();
	}

	private void acceptedMessagesDoNotComeAgain() {
		Destination in = this.harness.newDestination();
		String group = ContractRun.group();
		List<String> accepted = ContractRun.labels(Rule.R16, 10);
		try (TestGateway gateway = this.run.onlyGateway()) {
			TestSource source = gateway.source(in, group);
			this.run.publish(in, accepted);
			source.next(10).forEach(Received::accept);
		}
		try (TestGateway gateway = this.run.onlyGateway()) {
			TestSource source = gateway.source(in, group);
			// What came again would come before them.
			this.run.acceptUntil(source, this.run.publishMarkers(in, accepted));
			Assertions.assertThat(ContractRun.labelsOf(source))
				.as("messages accepted before the stop")
				.doesNotContainAnyElementsOf(accepted);
		}
	}

	private void sendsUnderWayEnd() {
		Destination out = this.harness.newDestination();
		List<String> labels = ContractRun.labels(Rule.R16, 200);
		List<CompletableFuture<Void>> sends = new ArrayList<>();
		TestTarget target;
		try (TestGateway gateway = this.run.onlyGateway()) {
			target = gateway.target(out);
			for (String label : labels) {
				sends.add(this.run.send(target, label, Duration.ofSeconds(10)));
			}
		}
		List<String> confirmed = new ArrayList<>();
		for (int i = 0; i < labels.size(); i++) {
			if (target.outcome(sends.get(i), this.run.patience()) == null) {
				confirmed.add(labels.get(i));
			}
		}
		this.run.takeAll(out, confirmed);
	}

}
