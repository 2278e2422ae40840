package io.meshbridge.gateway.ingress;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.gateway.GatewayProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * What came in last, in memory, so that other rules can be tried on it. What can't be
 * read as an event or a plain message is left out. Thread-safe.
 */
@Component
public class RecentEvents {

	/** What one takes at least, whatever its size. */
	private static final int OVERHEAD = 1000;

	private final long maxBytes;

	private final Clock clock;

	/** Oldest first; guarded by itself, as is its size. */
	private final Deque<Seen> seen = new ArrayDeque<>();

	private long bytes;

	RecentEvents(GatewayProperties properties, Clock clock) {
		this.maxBytes = properties.recentEvents().toBytes();
		this.clock = clock;
	}

	/**
	 * Remembers a message, and forgets as many of the oldest as it takes the room of.
	 * @param from endpoint it came from
	 * @param binder name of the binder
	 */
	void add(String from, String binder, InboundMessage message, Content content) {
		long size = OVERHEAD + message.sizeBytes();
		if (size > this.maxBytes || content instanceof Content.Unreadable) {
			return;
		}
		Seen one = new Seen(this.clock.instant(), from, binder, content, message.recordKey(), size);
		synchronized (this.seen) {
			this.seen.addLast(one);
			this.bytes += size;
			while (this.bytes > this.maxBytes) {
				this.bytes -= this.seen.removeFirst().size();
			}
		}
	}

	/**
	 * All since a point in time, as far as they are still known, oldest first.
	 */
	public List<Seen> since(Instant time) {
		synchronized (this.seen) {
			List<Seen> all = new ArrayList<>(this.seen);
			all.removeIf((one) -> one.time().isBefore(time));
			return all;
		}
	}

	/**
	 * One message.
	 *
	 * @param time when it came in
	 * @param from endpoint it came from
	 * @param binder name of the binder
	 * @param recordKey the record key it came with, or {@code null}
	 * @param size what it takes in memory, about, in bytes
	 */
	public record Seen(Instant time, String from, String binder, Content content, byte @Nullable [] recordKey,
			long size) {
	}

}
