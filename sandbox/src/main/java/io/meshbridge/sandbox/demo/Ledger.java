package io.meshbridge.sandbox.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who sent what, and whether it arrived everywhere. The feed gives each event data of its
 * own, so that the data tells which event it is, and that it is unchanged. May be used by
 * any number of threads.
 */
final class Ledger {

	/** By source. */
	private final Map<String, Integer> sent = new TreeMap<>();

	/** By source. */
	private final Map<String, Integer> refused = new TreeMap<>();

	/** By target. */
	private final Map<String, TargetCount> targets = new TreeMap<>();

	Ledger(Collection<String> targets) {
		targets.forEach((target) -> this.targets.put(target, new TargetCount()));
	}

	/**
	 * Notes an event before it is sent.
	 * @param data as text
	 * @param arrivesAt every target that it must reach
	 */
	synchronized void sending(String source, String data, Set<String> arrivesAt) {
		this.sent.merge(source, 1, Integer::sum);
		arrivesAt.forEach((target) -> count(target).expected.add(data));
	}

	/**
	 * Takes back {@link #sending}: the gateway did not take the event, and said so.
	 */
	synchronized void notTaken(String source, String data) {
		this.sent.merge(source, -1, Integer::sum);
		this.refused.merge(source, 1, Integer::sum);
		this.targets.values().forEach((count) -> count.expected.remove(data));
		notifyAll();
	}

	/**
	 * Notes an event at a target.
	 */
	synchronized void arrived(String target, String data) {
		TargetCount count = count(target);
		count.arrivals++;
		count.seen.merge(data, 1, Integer::sum);
		notifyAll();
	}

	private TargetCount count(String target) {
		return this.targets.computeIfAbsent(target, (name) -> new TargetCount());
	}

	/**
	 * How many arrivals are still to come.
	 */
	synchronized int underWay() {
		return this.targets.values().stream().mapToInt((count) -> count.expected.size() - count.met()).sum();
	}

	/**
	 * Whether everything that was sent was taken, and is where it belongs.
	 */
	synchronized boolean complete() {
		return this.refused.isEmpty() && underWay() == 0;
	}

	/**
	 * Waits for what is under way, but no longer than this.
	 */
	synchronized void awaitArrivals(Duration limit) throws InterruptedException {
		long end = System.nanoTime() + limit.toNanos();
		while (underWay() > 0) {
			long millis = (end - System.nanoTime()) / 1_000_000;
			if (millis <= 0) {
				return;
			}
			wait(millis);
		}
	}

	/**
	 * What was sent and what arrived, a line for each source and target.
	 */
	synchronized List<String> summary() {
		List<String> lines = new ArrayList<>();
		Set<String> sources = new HashSet<>(this.sent.keySet());
		sources.addAll(this.refused.keySet());
		sources.stream().sorted().forEach((source) -> {
			int notTaken = this.refused.getOrDefault(source, 0);
			lines.add(line("sent to", source, this.sent.getOrDefault(source, 0))
					+ ((notTaken > 0) ? ", and " + notTaken + " that the gateway did not take" : ""));
		});
		this.targets.forEach((target, count) -> lines.add(count.describe(target)));
		return lines;
	}

	private static String line(String what, String where, int events) {
		return String.format(Locale.ROOT, "  %-11s %-24s %5d", what, where, events);
	}

	private static final class TargetCount {

		private final Set<String> expected = new HashSet<>();

		private final Map<String, Integer> seen = new HashMap<>();

		private int arrivals;

		int met() {
			return (int) this.expected.stream().filter(this.seen::containsKey).count();
		}

		String describe(String target) {
			int met = met();
			int again = this.expected.stream().mapToInt((data) -> this.seen.getOrDefault(data, 1) - 1).sum();
			int others = this.arrivals - met - again;
			if (this.expected.isEmpty()) {
				return line("arrived at", target, this.arrivals);
			}
			StringBuilder text = new StringBuilder(line("arrived at", target, met));
			text.append(" of ").append(this.expected.size());
			if (met < this.expected.size()) {
				text.append(", MISSING ").append(this.expected.size() - met);
			}
			if (again > 0) {
				text.append(", ").append(again).append(" came twice");
			}
			if (others > 0) {
				text.append(", and ").append(others).append(" of yours");
			}
			return text.toString();
		}

	}

}
