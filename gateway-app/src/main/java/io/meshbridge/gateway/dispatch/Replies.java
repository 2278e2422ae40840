package io.meshbridge.gateway.dispatch;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.ReplyTo;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.gateway.bindings.EventSender;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what the targets of one route answer back into the gateway, as new events in a
 * channel. What can't go there goes to the dead letter sink: an answer that is no event,
 * and one at the end of too long a chain of replies, whose length travels in the
 * extension {@code meshbridgehops}. Thread-safe.
 */
final class Replies {

	/** Number of replies that led to an event, this one included. */
	static final String HOPS = "meshbridgehops";

	private static final Logger logger = LoggerFactory.getLogger(Replies.class);

	private final String routeId;

	private final EventSender channel;

	private final @Nullable DeadLetterSink deadLetterSink;

	private final Duration timeout;

	private final Limits limits;

	private final DeliveryCounters counters;

	/**
	 * What a reply may be.
	 *
	 * @param hops longest chain of replies
	 * @param bytes largest reply
	 */
	record Limits(int hops, int bytes) {
	}

	Replies(String routeId, EventSender channel, @Nullable DeadLetterSink deadLetterSink, Duration timeout,
			Limits limits, DeliveryCounters counters) {
		this.routeId = routeId;
		this.channel = channel;
		this.deadLetterSink = deadLetterSink;
		this.timeout = timeout;
		this.limits = limits;
		this.counters = counters;
	}

	ReplyTo to(Consumer<Content> taker) {
		return new ReplyTo(this.limits.bytes(), taker);
	}

	/**
	 * Takes the reply to an event.
	 * @return completes when the channel or the dead letter sink holds it; else fails
	 * with a {@link SendException}
	 */
	CompletableFuture<Void> take(Content reply, Shipment answered, EventSender target) {
		if (reply instanceof Content.Event event) {
			return store(event.event(), answered, target);
		}
		if (reply instanceof Content.Unreadable unreadable) {
			return deadLetter(RawEvent.of(unreadable.message()), answered, target, SendException.permanent("UNREADABLE",
					target + ": its reply is no event: " + unreadable.reason().getMessage(), unreadable.reason()));
		}
		// Not a reply, by the contract of targets.
		return CompletableFuture.completedFuture(null);
	}

	private CompletableFuture<Void> store(CloudEvent reply, Shipment answered, EventSender target) {
		long hops = 1 + hops(answered.event.event());
		int written = (int) Math.min(hops, Integer.MAX_VALUE);
		CloudEvent event = CloudEventBuilder.from(reply).withExtension(HOPS, written).build();
		if (hops > this.limits.hops()) {
			return deadLetter(event, answered, target, SendException.permanent("HOPS",
					target + ": its reply follows from " + (hops - 1) + " others, the limit is " + this.limits.hops()
							+ " (meshbridge.max-reply-hops): do routes with reply-to answer each other?",
					null));
		}
		return this.channel.send(outbound(event, answered)).<CompletableFuture<Void>>handle((nothing, failure) -> {
			if (failure == null) {
				this.counters.replied().increment();
				return CompletableFuture.completedFuture(null);
			}
			SendException cause = SendFailure.of(this.channel, failure);
			return cause.permanent() ? deadLetter(event, answered, target, cause)
					: CompletableFuture.failedFuture(cause);
		}).thenCompose((taken) -> taken);
	}

	/**
	 * A reply without a key of its own stays in the order of the events that are
	 * answered. A channel on the broker of a user keeps order by record keys only.
	 */
	private Outbound outbound(CloudEvent reply, Shipment answered) {
		String ownKey = Attributes.text(reply, RoutedEvent.PARTITION_KEY);
		return (ownKey == null)
				? new Outbound(reply, answered.recordKey, answered.orderKey, ContentMode.BINARY, this.timeout)
				: new Outbound(reply, ownKey.getBytes(StandardCharsets.UTF_8), ownKey, ContentMode.BINARY,
						this.timeout);
	}

	/**
	 * The number may have passed a protocol that has only text; what is none counts as
	 * the first.
	 */
	private static long hops(CloudEvent event) {
		Object value = event.getExtension(HOPS);
		String text = (value == null) ? "" : Attributes.canonical(value);
		return text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
	}

	private CompletableFuture<Void> deadLetter(CloudEvent reply, Shipment answered, EventSender target,
			SendException cause) {
		if (this.deadLetterSink == null) {
			return CompletableFuture.failedFuture(cause);
		}
		DeadLetter letter = DeadLetter.ofReply(reply, this.routeId, target, this.channel, answered, cause);
		return this.deadLetterSink.send(letter, null, answered).<CompletableFuture<Void>>handle((nothing, failure) -> {
			if (failure != null) {
				return CompletableFuture.failedFuture(SendException.transientFailure(cause.code(),
						cause.getMessage() + "; the dead letter sink " + this.deadLetterSink + " failed too: "
								+ SendFailure.cause(failure).getMessage(),
						failure));
			}
			this.counters.repliesDeadLettered().increment();
			logger.warn("{} to {}: the reply to event {} of {} went to the dead letter sink {}: {}", this.routeId,
					target, answered.event.event().getId(), answered.event.event().getSource(), this.deadLetterSink,
					cause.getMessage());
			return CompletableFuture.completedFuture(null);
		}).thenCompose((taken) -> taken);
	}

	/**
	 * Where replies go.
	 */
	@Override
	public String toString() {
		return this.channel.toString();
	}

}
