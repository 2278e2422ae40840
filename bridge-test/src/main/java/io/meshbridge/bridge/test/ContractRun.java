package io.meshbridge.bridge.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.meshbridge.bridge.ContentMode;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * One run of the contract: the harness, the gateway that most rules share, and the state
 * of the broker. Rules tell messages apart by labels in their data.
 */
final class ContractRun implements AutoCloseable {

	/** In place of a rule's name. */
	private static final String MARKER = "r00";

	private static final Pattern LABEL = Pattern.compile("r\\d\\d-[0-9a-f]{8}-\\d{4}");

	/**
	 * How long nothing may happen before we believe that nothing will. For what gives no
	 * positive sign only: that a paused source is quiet can't be told by something else
	 * that arrives.
	 */
	private static final Duration QUIET = Duration.ofSeconds(2);

	private final BridgeHarness harness;

	private @Nullable TestGateway shared;

	private boolean stopped;

	private boolean suspended;

	ContractRun(BridgeHarness harness) {
		this.harness = harness;
	}

	void check(Rule rule, ThrowingRule test) throws Exception {
		String reason = this.harness.unsupported().get(rule);
		if (reason != null) {
			print(rule, "not supported: " + reason);
			Assertions.assertThat(reason).as("reason why %s is not supported", rule).isNotBlank();
			Assumptions.abort(this.harness.name() + " " + rule + ": not supported: " + reason);
		}
		try {
			test.check();
		}
		finally {
			startBroker();
		}
	}

	void print(Rule rule, String line) {
		System.out.println(this.harness.name() + " " + rule + ": " + line);
	}

	Duration patience() {
		return this.harness.patience();
	}

	BridgeHarness harness() {
		return this.harness;
	}

	/**
	 * The gateway of the rules that leave it and its broker alone.
	 */
	TestGateway gateway() {
		TestGateway gateway = this.shared;
		if (gateway == null) {
			gateway = TestGateway.open(this.harness);
			this.shared = gateway;
		}
		return gateway;
	}

	/**
	 * A gateway of the rule's own, the only one that runs; the rule closes it.
	 */
	TestGateway onlyGateway() {
		closeShared();
		return TestGateway.open(this.harness);
	}

	TestGateway secondGateway() {
		return TestGateway.open(this.harness, this.harness.propertiesOfSecondInstance());
	}

	private void closeShared() {
		TestGateway gateway = this.shared;
		this.shared = null;
		if (gateway != null) {
			gateway.close();
		}
	}

	void stopBroker() {
		closeShared();
		this.stopped = true;
		this.harness.stopBroker();
	}

	void suspendBroker() {
		closeShared();
		this.suspended = true;
		this.harness.suspendBroker();
	}

	/**
	 * Makes the broker answer again, if it does not.
	 */
	void startBroker() {
		if (this.suspended) {
			this.harness.resumeBroker();
			this.suspended = false;
		}
		if (this.stopped) {
			this.harness.startBroker();
			this.stopped = false;
		}
	}

	static String group() {
		return "g" + UUID.randomUUID().toString().substring(0, 8);
	}

	/**
	 * Labels that sort in this order and are in no other message.
	 */
	static List<String> labels(Rule rule, int count) {
		return labels(rule.name().replace('R', 'r'), count);
	}

	private static List<String> labels(String prefix, int count) {
		String start = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
		return IntStream.range(0, count).mapToObj((i) -> String.format("%s-%04d", start, i)).toList();
	}

	static String label(String text) {
		Matcher matcher = LABEL.matcher(text);
		return matcher.find() ? matcher.group() : text;
	}

	static List<String> labelsOf(TestSource source) {
		return source.texts().stream().map(ContractRun::label).toList();
	}

	void publish(Destination destination, @Nullable String key, String label) {
		this.harness.publish(destination, RawMessage.plain(key, label));
	}

	void publish(Destination destination, Collection<String> labels) {
		labels.forEach((label) -> publish(destination, label, label));
	}

	/**
	 * Publishes a message behind each of others, with the same key: when the markers have
	 * come, nothing that was sent before them is still on its way within their unit of
	 * order.
	 * @param labels of the others, which are also their keys
	 * @return the labels of the markers
	 */
	List<String> publishMarkers(Destination destination, List<String> labels) {
		List<String> markers = labels(MARKER, labels.size());
		for (int i = 0; i < labels.size(); i++) {
			publish(destination, labels.get(i), markers.get(i));
		}
		return markers;
	}

	/**
	 * Waits until a source has got nothing for a while.
	 */
	void awaitQuiet(TestSource source) {
		AtomicInteger before = new AtomicInteger(source.seen().size());
		Awaitility.await("source is quiet")
			.pollInterval(QUIET)
			.atMost(patience())
			.until(() -> before.getAndSet(source.seen().size()) == source.seen().size());
	}

	/**
	 * Watches for a while that none of these comes.
	 */
	void assertNoneComes(String what, TestSource source, List<String> labels) {
		Duration watch = QUIET.multipliedBy(2);
		Awaitility.await(what)
			.during(watch)
			.atMost(watch.plus(patience()))
			.untilAsserted(() -> Assertions.assertThat(labelsOf(source)).as(what).doesNotContainAnyElementsOf(labels));
	}

	/**
	 * The mode for rules that are not about modes.
	 */
	ContentMode anyMode() {
		return supports(ContentMode.BINARY) ? ContentMode.BINARY : ContentMode.STRUCTURED;
	}

	boolean supports(ContentMode mode) {
		return !this.harness.unsupported().containsKey((mode == ContentMode.BINARY) ? Rule.R01 : Rule.R02);
	}

	CompletableFuture<Void> send(TestTarget target, String label, Duration timeout) {
		return target.send(SampleEvents.text(label), anyMode(), label, timeout);
	}

	/**
	 * Sends as the gateway does: again after a failure that may pass.
	 */
	void sendUntilAccepted(TestTarget target, String label) {
		Awaitility.await("event " + label + " is accepted")
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(200))
			.atMost(patience())
			.untilAsserted(
					() -> Assertions.assertThat(target.outcome(send(target, label, Duration.ofSeconds(5)), patience()))
						.as("why event %s was not accepted", label)
						.isNull());
	}

	/**
	 * Takes from a destination until these labels were there.
	 * @return labels in the order of the broker, with duplicates
	 */
	List<String> takeAll(Destination destination, Collection<String> expected) {
		List<String> taken = new ArrayList<>();
		TreeSet<String> missing = new TreeSet<>(expected);
		while (!missing.isEmpty()) {
			RawMessage message = this.harness.take(destination, patience());
			if (message == null) {
				throw new AssertionError(destination.target() + ": the broker does not have " + missing.size() + " of "
						+ expected.size() + " messages that it accepted: " + missing);
			}
			String label = label(message.text());
			taken.add(label);
			missing.remove(label);
		}
		return taken;
	}

	/**
	 * Takes messages from a source and accepts them until these labels were there.
	 */
	void acceptUntil(TestSource source, Collection<String> expected) {
		TreeSet<String> missing = new TreeSet<>(expected);
		while (!missing.isEmpty()) {
			Received received = source.poll(patience());
			if (received == null) {
				throw new AssertionError(
						missing.size() + " of " + expected.size() + " messages did not come: " + missing);
			}
			missing.remove(label(received.text()));
			received.accept();
		}
	}

	static Map<String, Received> byLabel(List<Received> received) {
		Map<String, Received> byLabel = new TreeMap<>();
		received.forEach((one) -> byLabel.put(label(one.text()), one));
		return byLabel;
	}

	@Override
	public void close() {
		closeShared();
		try {
			startBroker();
		}
		finally {
			this.harness.close();
		}
	}

	/**
	 * The test of one rule.
	 */
	interface ThrowingRule {

		void check() throws Exception;

	}

}
