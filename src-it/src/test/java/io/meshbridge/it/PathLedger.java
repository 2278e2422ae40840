package io.meshbridge.it;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * The books of one path: which numbers of which key somebody acknowledged to the sender,
 * and what became of them.
 */
final class PathLedger {

	private final String path;

	/** Guarded by this, as all that is mutable here. */
	private final Map<String, Numbers> keys = new TreeMap<>();

	private final AtomicInteger faults = new AtomicInteger();

	/** Acknowledged and not accounted for. */
	private int due;

	/** Since when nothing came though something was due. */
	private @Nullable Instant waitingSince;

	private Duration longestStall = Duration.ZERO;

	private Instant stallEnded = Instant.MIN;

	PathLedger(String path) {
		this.path = path;
	}

	String path() {
		return this.path;
	}

	/** The next number of a key; it counts as sent. */
	synchronized int next(String key) {
		return ++numbers(key).last;
	}

	/** Hears that whoever took a number holds it from now on. */
	synchronized void acknowledged(String key, int number) {
		Numbers numbers = numbers(key);
		if (!numbers.acknowledged.get(number)) {
			numbers.acknowledged.set(number);
			if (!numbers.accounted(number)) {
				numbers.missing.put(number, Instant.now());
				if (this.due++ == 0) {
					this.waitingSince = Instant.now();
				}
			}
		}
	}

	synchronized void delivered(String key, int number) {
		Numbers numbers = numbers(key);
		if (numbers.delivered.get(number)) {
			numbers.duplicates++;
		}
		else {
			settle(numbers, number);
			numbers.delivered.set(number);
			numbers.firstArrivals.add(number);
		}
	}

	synchronized void deadLettered(String key, int number) {
		Numbers numbers = numbers(key);
		if (numbers.deadLettered.get(number)) {
			numbers.duplicates++;
		}
		else {
			settle(numbers, number);
			numbers.deadLettered.set(number);
		}
	}

	private void settle(Numbers numbers, int number) {
		Instant now = Instant.now();
		if (this.waitingSince != null) {
			Duration stall = Duration.between(this.waitingSince, now);
			if (stall.compareTo(this.longestStall) > 0) {
				this.longestStall = stall;
				this.stallEnded = now;
			}
		}
		if (numbers.missing.remove(number) != null) {
			this.due--;
		}
		this.waitingSince = (this.due > 0) ? now : null;
	}

	private Numbers numbers(String key) {
		return this.keys.computeIfAbsent(key, (first) -> new Numbers());
	}

	/** Notes a fault on this path. */
	void hit() {
		this.faults.incrementAndGet();
	}

	int faults() {
		return this.faults.get();
	}

	synchronized int sent() {
		return this.keys.values().stream().mapToInt((numbers) -> numbers.last).sum();
	}

	synchronized int acknowledged() {
		return this.keys.values().stream().mapToInt((numbers) -> numbers.acknowledged.cardinality()).sum();
	}

	/** Acknowledged ones that were delivered, and not dead-lettered. */
	synchronized int delivered() {
		return this.keys.values().stream().mapToInt((numbers) -> {
			BitSet delivered = (BitSet) numbers.delivered.clone();
			delivered.and(numbers.acknowledged);
			delivered.andNot(numbers.deadLettered);
			return delivered.cardinality();
		}).sum();
	}

	/** Acknowledged ones that were dead-lettered. */
	synchronized int deadLettered() {
		return this.keys.values().stream().mapToInt((numbers) -> {
			BitSet dead = (BitSet) numbers.deadLettered.clone();
			dead.and(numbers.acknowledged);
			return dead.cardinality();
		}).sum();
	}

	/** Second copies, and dead letters of what was delivered. */
	synchronized int duplicates() {
		return this.keys.values().stream().mapToInt((numbers) -> {
			BitSet both = (BitSet) numbers.delivered.clone();
			both.and(numbers.deadLettered);
			return numbers.duplicates + both.cardinality();
		}).sum();
	}

	/**
	 * What was acknowledged and is neither delivered nor a dead letter, with the time.
	 */
	synchronized List<String> missing() {
		List<String> all = new ArrayList<>();
		this.keys.forEach((key, numbers) -> numbers.missing
			.forEach((number, since) -> all.add(key + " " + number + " " + since)));
		return all;
	}

	/**
	 * How many numbers came behind a greater one of their key. What was not acknowledged
	 * has no place in an order: its sender had gone on without knowing. Nor has what is a
	 * dead letter too: the order goes on behind it, whenever a second copy is taken.
	 */
	synchronized int reordered() {
		return this.keys.values().stream().mapToInt(Numbers::reordered).sum();
	}

	/** In which order the numbers of those keys came whose order was not kept. */
	synchronized List<String> disorder() {
		List<String> all = new ArrayList<>();
		this.keys.forEach((key, numbers) -> {
			if (numbers.reordered() > 0) {
				all.add(key + " came as " + numbers.runs());
			}
		});
		return all;
	}

	/** One line of the table. */
	synchronized String line(Instant start) {
		return "%-16s %7d %7d %9d %6d %6d %5d %6d %11d %8.1f %7.1f".formatted(this.path, sent(), acknowledged(),
				delivered(), deadLettered(), faults(), missing().size(), duplicates(), reordered(),
				this.longestStall.toMillis() / 1000.0,
				(this.longestStall.isZero() ? Duration.ZERO : Duration.between(start, this.stallEnded)).toMillis()
						/ 1000.0);
	}

	/** What the columns of {@link #line} are. */
	static String heading() {
		return "%-16s %7s %7s %9s %6s %6s %5s %6s %11s %8s %7s".formatted("path", "sent", "in", "delivered", "dead",
				"faults", "lost", "twice", "re-ordered", "stall s", "until s");
	}

	/**
	 * The numbers of one key.
	 */
	private static final class Numbers {

		int last;

		int duplicates;

		final BitSet acknowledged = new BitSet();

		final BitSet delivered = new BitSet();

		final BitSet deadLettered = new BitSet();

		final List<Integer> firstArrivals = new ArrayList<>();

		final Map<Integer, Instant> missing = new TreeMap<>();

		int reordered() {
			int count = 0;
			int greatest = 0;
			for (int number : this.firstArrivals) {
				if (this.acknowledged.get(number) && !this.deadLettered.get(number)) {
					count += (number < greatest) ? 1 : 0;
					greatest = Math.max(greatest, number);
				}
			}
			return count;
		}

		/**
		 * Arrivals as ranges of numbers that rise, for example {@code 1-9 12-14 10-11}.
		 */
		String runs() {
			StringBuilder runs = new StringBuilder();
			int first = 0;
			int last = 0;
			for (int number : this.firstArrivals) {
				if (number < last) {
					runs.append(first).append('-').append(last).append(' ');
					first = 0;
				}
				first = (first == 0) ? number : first;
				last = number;
			}
			return runs.append(first).append('-').append(last).toString();
		}

		boolean accounted(int number) {
			return this.delivered.get(number) || this.deadLettered.get(number);
		}

	}

}
