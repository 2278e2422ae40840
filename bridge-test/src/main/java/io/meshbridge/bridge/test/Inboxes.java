package io.meshbridge.bridge.test;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * What arrived at each destination and was not taken yet, for the harness of a protocol
 * whose client is handed its messages. Thread-safe.
 */
public final class Inboxes {

	private final ConcurrentMap<String, BlockingQueue<RawMessage>> inboxes = new ConcurrentHashMap<>();

	/**
	 * Keeps a message until it is taken.
	 */
	public void add(String destination, RawMessage message) {
		inbox(destination).add(message);
	}

	/**
	 * Takes the next message, in the order of arrival.
	 * @return {@code null} when none came within the wait
	 */
	public @Nullable RawMessage take(String destination, Duration wait) {
		try {
			return inbox(destination).poll(wait.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(destination + ": interrupted while waiting for a message", ex);
		}
	}

	private BlockingQueue<RawMessage> inbox(String destination) {
		return this.inboxes.computeIfAbsent(destination, (name) -> new LinkedBlockingQueue<>());
	}

}
