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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SendException;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * One run of the contract: the harness, the gateway that most rules share, and the state
 * of the broker. Rules tell messages apart by labels in their data.
 */
final class ContractRun implements AutoCloseable {

	private static final Pattern LABEL = Pattern.compile("r\\d\\d-[0-9a-f]{8}-\\d{4}");

	/** For what must not happen. */
	static final Duration QUIET = Duration.ofSeconds(1);

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
		String start = rule.name().replace('R', 'r') + "-" + UUID.randomUUID().toString().substring(0, 8);
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
	void sendUntilAccepted(TestTarget target, String label) throws InterruptedException {
		long end = System.nanoTime() + patience().toNanos();
		SendException failure = outcome(target, label);
		while (failure != null) {
			if (failure.permanent() || System.nanoTime() > end) {
				throw new AssertionError("event " + label + " not accepted: " + failure.getMessage(), failure);
			}
			Pause.of(Duration.ofMillis(200));
			failure = outcome(target, label);
		}
	}

	private @Nullable SendException outcome(TestTarget target, String label) {
		return target.outcome(send(target, label, Duration.ofSeconds(5)), patience());
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
