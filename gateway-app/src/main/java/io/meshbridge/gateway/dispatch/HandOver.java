package io.meshbridge.gateway.dispatch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Hands events of one key over in the order in which they came, though they may get ready
 * in any. Thread-safe.
 */
final class HandOver {

	private final Map<Object, Line> lines = new ConcurrentHashMap<>();

	/**
	 * Runs something when an event is ready and all of its key that came before it were
	 * handed over.
	 * @param key {@code null} for no order
	 * @param ready completes, in whichever way, when the event is ready
	 */
	void inTurn(@Nullable Object key, CompletableFuture<?> ready, Runnable handOver) {
		if (key == null) {
			ready.whenComplete((event, failure) -> handOver.run());
			return;
		}
		Waiting waiting = new Waiting(ready, handOver);
		Line line = this.lines.compute(key, (unused, present) -> {
			Line current = (present == null) ? new Line() : present;
			current.add(waiting);
			return current;
		});
		ready.whenComplete((event, failure) -> {
			line.move();
			this.lines.computeIfPresent(key, (unused, present) -> (present == line && line.isEmpty()) ? null : present);
		});
	}

	private record Waiting(CompletableFuture<?> ready, Runnable handOver) {
	}

	/**
	 * The events of one key.
	 */
	private static final class Line {

		private final Deque<Waiting> waiting = new ArrayDeque<>();

		private boolean moving;

		synchronized void add(Waiting last) {
			this.waiting.add(last);
		}

		synchronized boolean isEmpty() {
			return this.waiting.isEmpty() && !this.moving;
		}

		void move() {
			for (Waiting first = first(); first != null; first = first()) {
				try {
					first.handOver().run();
				}
				finally {
					moved();
				}
			}
		}

		private synchronized @Nullable Waiting first() {
			Waiting first = this.waiting.peek();
			if (this.moving || first == null || !first.ready().isDone()) {
				return null;
			}
			this.moving = true;
			return this.waiting.remove();
		}

		private synchronized void moved() {
			this.moving = false;
		}

	}

}
