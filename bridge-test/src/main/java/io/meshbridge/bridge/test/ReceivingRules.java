package io.meshbridge.bridge.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Who has a message when.
 */
final class ReceivingRules {

	/** Keys of the rule about order. */
	static final int KEYS = 3;

	private final ContractRun run;

	private final BridgeHarness harness;

	ReceivingRules(ContractRun run) {
		this.run = run;
		this.harness = run.harness();
	}

	void refusedMessageIsRedelivered() {
		Destination destination = this.harness.newDestination();
		TestSource source = this.run.gateway().source(destination, ContractRun.group());
		List<String> labels = ContractRun.labels(Rule.R08, 4);
		this.run.publish(destination, labels.subList(0, 3));
		Map<String, Received> first = ContractRun.byLabel(source.next(3));
		Assertions.assertThat(first).containsOnlyKeys(labels.subList(0, 3));
		first.forEach((label, received) -> {
			if (label.equals(labels.get(1))) {
				received.refuse();
			}
			else {
				received.accept();
			}
		});
		this.run.acceptUntil(source, labels.subList(1, 2));
		this.run.publish(destination, labels.subList(3, 4));
		this.run.acceptUntil(source, labels.subList(3, 4));
	}

	void unsettledMessageSurvivesAGatewayRestart() {
		Destination destination = this.harness.newDestination();
		String group = ContractRun.group();
		List<String> labels = ContractRun.labels(Rule.R09, 3);
		try (TestGateway gateway = this.run.onlyGateway()) {
			TestSource source = gateway.source(destination, group);
			this.run.publish(destination, labels);
			Map<String, Received> received = ContractRun.byLabel(source.next(3));
			Assertions.assertThat(received).containsOnlyKeys(labels);
			Objects.requireNonNull(received.get(labels.get(0))).accept();
		}
		try (TestGateway gateway = this.run.onlyGateway()) {
			this.run.acceptUntil(gateway.source(destination, group), labels.subList(1, 3));
		}
	}

	void orderIsKept() {
		OrderUnit unit = this.harness.orderUnit();
		if (unit.kind() == OrderUnit.Kind.NONE) {
			this.run.print(Rule.R13, "receiving side not checked: " + unit.text());
			return;
		}
		Destination destination = this.harness.newDestination();
		TestSource source = this.run.gateway().source(destination, ContractRun.group()).acceptAll();
		List<String> labels = ContractRun.labels(Rule.R13, 60);
		for (int i = 0; i < labels.size(); i++) {
			this.run.publish(destination, "key-" + i % KEYS, labels.get(i));
		}
		Awaitility.await()
			.atMost(this.run.patience())
			.untilAsserted(() -> Assertions.assertThat(ContractRun.labelsOf(source)).containsAll(labels));
		for (List<String> expected : (unit.kind() == OrderUnit.Kind.KEY) ? byKey(labels) : List.of(labels)) {
			assertOneUnit(unit, expected, source.seen());
		}
	}

	/**
	 * These messages came in this order, and their order keys say that they belong
	 * together.
	 */
	private static void assertOneUnit(OrderUnit unit, List<String> expected, List<Received> seen) {
		List<Received> found = seen.stream()
			.filter((received) -> expected.contains(ContractRun.label(received.text())))
			.toList();
		Assertions.assertThat(found.stream().map((received) -> ContractRun.label(received.text())).distinct().toList())
			.as("messages received of one %s", unit.text())
			.isEqualTo(expected);
		List<@Nullable Object> orderKeys = new ArrayList<>();
		found.forEach((received) -> orderKeys.add(received.message().orderKey()));
		Assertions.assertThat(orderKeys.stream().distinct().toList())
			.as("order keys of messages of one %s", unit.text())
			.hasSize(1);
		if (unit.kind() == OrderUnit.Kind.KEY) {
			Assertions.assertThat(orderKeys.get(0)).as("order key of messages with one %s", unit.text()).isNotNull();
		}
	}

	/**
	 * Each third is of the same key.
	 */
	static List<List<String>> byKey(List<String> labels) {
		return IntStream.range(0, KEYS)
			.mapToObj((key) -> IntStream.range(0, labels.size())
				.filter((i) -> i % KEYS == key)
				.mapToObj(labels::get)
				.toList())
			.toList();
	}

	void twoInstancesGetEachMessageOnce() {
		Destination destination = this.harness.newDestination();
		String group = ContractRun.group();
		List<String> labels = ContractRun.labels(Rule.R14, 100);
		try (TestGateway one = this.run.onlyGateway(); TestGateway other = this.run.secondGateway()) {
			TestSource first = one.source(destination, group).acceptAll();
			TestSource second = other.source(destination, group).acceptAll();
			awaitBothShare(destination, first, second);
			this.run.publish(destination, labels);
			Awaitility.await()
				.atMost(this.run.patience())
				.untilAsserted(() -> Assertions.assertThat(both(first, second, labels)).containsAll(labels));
			// What comes behind them shows that no second copy is still on its way.
			awaitBothShare(destination, first, second);
			Assertions.assertThat(both(first, second, labels))
				.as("messages of two instances of one group")
				.containsExactlyElementsOf(labels);
		}
	}

	private void awaitBothShare(Destination destination, TestSource first, TestSource second) {
		List<String> trials = new ArrayList<>();
		Awaitility.await("each of two instances of a group gets messages")
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(200))
			.atMost(this.run.patience().multipliedBy(2))
			.untilAsserted(() -> {
				List<String> more = ContractRun.labels(Rule.R14, 8);
				this.run.publish(destination, more);
				trials.addAll(more);
				Assertions.assertThat(ContractRun.labelsOf(first))
					.as("what the first got")
					.containsAnyElementsOf(trials);
				Assertions.assertThat(ContractRun.labelsOf(second))
					.as("what the second got")
					.containsAnyElementsOf(trials);
			});
		Awaitility.await()
			.atMost(this.run.patience())
			.untilAsserted(() -> Assertions.assertThat(both(first, second, trials)).containsAll(trials));
	}

	private static List<String> both(TestSource first, TestSource second, List<String> labels) {
		return Stream.concat(ContractRun.labelsOf(first).stream(), ContractRun.labelsOf(second).stream())
			.filter(labels::contains)
			.sorted()
			.toList();
	}

	void pausedSourceHoldsItsMessages() {
		Destination destination = this.harness.newDestination();
		TestSource source = this.run.gateway().source(destination, ContractRun.group()).acceptAll();
		List<String> labels = ContractRun.labels(Rule.R15, 12);
		this.run.publish(destination, labels.subList(0, 1));
		source.next();
		source.pause();
		// A source may need a moment to stop, and gives no sign of it, so this one may
		// still arrive.
		this.run.publish(destination, labels.subList(1, 2));
		this.run.awaitQuiet(source);
		List<String> held = labels.subList(2, 12);
		this.run.publish(destination, held);
		this.run.assertNoneComes("messages while paused", source, held);
		source.resume();
		Awaitility.await()
			.atMost(this.run.patience())
			.untilAsserted(() -> Assertions.assertThat(ContractRun.labelsOf(source)).containsAll(labels));
	}

}
