package io.meshbridge.bridge.test.memory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.meshbridge.bridge.SendException;
import org.jspecify.annotations.Nullable;

/**
 * Topics whose groups each get every message, and hold it until one of their readers
 * settles it. One lock for all: this.
 */
final class MemoryBroker {

	static final int MAX_BYTES = 100_000;

	static final String FORBIDDEN = "forbidden";

	private final Map<String, Map<String, Group>> topics = new HashMap<>();

	/** Sends that wait for the end of a suspension. */
	private final List<Runnable> waiting = new ArrayList<>();

	private boolean down;

	private boolean suspended;

	synchronized void declare(String topic, String group) {
		this.topics.computeIfAbsent(topic, (name) -> new LinkedHashMap<>())
			.computeIfAbsent(group, (name) -> new Group());
	}

	synchronized CompletableFuture<Void> publish(String topic, MemoryMessage message) {
		if (this.down) {
			return failed(SendException.transientFailure("DOWN", topic + ": the broker is down", null));
		}
		if (topic.equals(FORBIDDEN)) {
			return failed(SendException.permanent("DENIED", topic + ": may not be written to", null));
		}
		if (message.body() != null && message.body().length > MAX_BYTES) {
			return failed(SendException.permanent("TOO_LARGE", topic + ": data of " + message.body().length
					+ " bytes exceeds the limit of " + MAX_BYTES + " bytes", null));
		}
		CompletableFuture<Void> accepted = new CompletableFuture<>();
		if (this.suspended) {
			this.waiting.add(() -> add(topic, message, accepted));
		}
		else {
			add(topic, message, accepted);
		}
		return accepted;
	}

	private static CompletableFuture<Void> failed(SendException failure) {
		return CompletableFuture.failedFuture(failure);
	}

	private void add(String topic, MemoryMessage message, CompletableFuture<Void> accepted) {
		this.topics.getOrDefault(topic, Map.of()).values().forEach((group) -> group.queue.addLast(message));
		notifyAll();
		accepted.complete(null);
	}

	synchronized @Nullable MemoryMessage take(String topic, String group, Duration wait) throws InterruptedException {
		Group from = group(topic, group);
		long end = System.nanoTime() + wait.toNanos();
		while (this.down || from.queue.isEmpty()) {
			long left = (end - System.nanoTime()) / 1_000_000;
			if (left <= 0) {
				return null;
			}
			wait(left);
		}
		return from.queue.pollFirst();
	}

	private Group group(String topic, String group) {
		declare(topic, group);
		Group found = this.topics.getOrDefault(topic, Map.of()).get(group);
		if (found == null) {
			throw new IllegalStateException(topic + " has no group " + group);
		}
		return found;
	}

	synchronized Reader read(String topic, String group, Consumer<Delivery> handler) {
		if (this.down) {
			throw new IllegalStateException(topic + ": the broker is down");
		}
		Reader reader = new Reader(group(topic, group), handler);
		Thread thread = new Thread(reader::run, "memory-" + topic);
		thread.setDaemon(true);
		thread.start();
		return reader;
	}

	synchronized void requireUp(String topic) {
		if (this.down) {
			throw new IllegalStateException(topic + ": the broker is down");
		}
	}

	/**
	 * Whether a bridge that tries now finds it.
	 */
	synchronized boolean up() {
		return !this.down;
	}

	synchronized void stop() {
		this.down = true;
		this.topics.values().forEach((groups) -> groups.values().forEach(Group::takeBack));
	}

	synchronized void start() {
		this.down = false;
		notifyAll();
	}

	synchronized void suspend() {
		this.suspended = true;
	}

	synchronized void resume() {
		this.suspended = false;
		this.waiting.forEach(Runnable::run);
		this.waiting.clear();
	}

	private static final class Group {

		private final Deque<MemoryMessage> queue = new ArrayDeque<>();

		private final Map<Delivery, Reader> unsettled = new LinkedHashMap<>();

		private void takeBack() {
			new ArrayList<>(this.unsettled.keySet()).forEach(this::takeBack);
		}

		private void takeBack(Reader reader) {
			new ArrayList<>(this.unsettled.entrySet()).forEach((entry) -> {
				if (entry.getValue().equals(reader)) {
					takeBack(entry.getKey());
				}
			});
		}

		private void takeBack(Delivery delivery) {
			this.unsettled.remove(delivery);
			this.queue.addFirst(delivery.message);
		}

	}

	/**
	 * One message in the hands of one reader.
	 */
	final class Delivery {

		private final Group group;

		private final MemoryMessage message;

		private Delivery(Group group, MemoryMessage message) {
			this.group = group;
			this.message = message;
		}

		MemoryMessage message() {
			return this.message;
		}

		void settle(boolean accepted) {
			synchronized (MemoryBroker.this) {
				if (!this.group.unsettled.containsKey(this)) {
					return;
				}
				if (accepted) {
					this.group.unsettled.remove(this);
				}
				else {
					this.group.takeBack(this);
				}
				MemoryBroker.this.notifyAll();
			}
		}

	}

	/**
	 * One of those who share a group's messages.
	 */
	final class Reader {

		private final Group group;

		private final Consumer<Delivery> handler;

		private boolean paused;

		private boolean closed;

		private Reader(Group group, Consumer<Delivery> handler) {
			this.group = group;
			this.handler = handler;
		}

		private void run() {
			try {
				Delivery delivery = next();
				while (delivery != null) {
					this.handler.accept(delivery);
					delivery = next();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private @Nullable Delivery next() throws InterruptedException {
			synchronized (MemoryBroker.this) {
				while (!this.closed && (this.paused || MemoryBroker.this.down || this.group.queue.isEmpty())) {
					MemoryBroker.this.wait(1000);
				}
				MemoryMessage message = this.closed ? null : this.group.queue.pollFirst();
				if (message == null) {
					return null;
				}
				Delivery delivery = new Delivery(this.group, message);
				this.group.unsettled.put(delivery, this);
				return delivery;
			}
		}

		void pause(boolean pause) {
			synchronized (MemoryBroker.this) {
				this.paused = pause;
				MemoryBroker.this.notifyAll();
			}
		}

		void close() {
			synchronized (MemoryBroker.this) {
				this.closed = true;
				this.group.takeBack(this);
				MemoryBroker.this.notifyAll();
			}
		}

	}

}
