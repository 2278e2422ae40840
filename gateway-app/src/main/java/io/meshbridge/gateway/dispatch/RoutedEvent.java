package io.meshbridge.gateway.dispatch;

import java.nio.charset.StandardCharsets;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.rules.RouteTarget;
import org.jspecify.annotations.Nullable;

/**
 * An event that matched a route.
 *
 * @param event as it came in
 * @param outgoing what the target gets, where that is another
 * @param protocolKey what the protocol it came over orders by, or {@code null}
 * @param protocolRecordKey the record key it came with, or {@code null}
 * @param heldBySource whether its source can wait for as long as it takes; else it is
 * answered as soon as nobody took it
 * @param replays how often it came back as a dead letter and was sent again
 * @param story hears what becomes of it
 */
public record RoutedEvent(CloudEvent event, @Nullable CloudEvent outgoing, @Nullable Object protocolKey,
		byte @Nullable [] protocolRecordKey, boolean heldBySource, int replays, EventStory story) {

	static final String PARTITION_KEY = "partitionkey";

	/**
	 * An event whose targets get it as it came in.
	 */
	public RoutedEvent(CloudEvent event, @Nullable Object protocolKey, byte @Nullable [] protocolRecordKey,
			boolean heldBySource, int replays, EventStory story) {
		this(event, null, protocolKey, protocolRecordKey, heldBySource, replays, story);
	}

	/**
	 * An event that comes in for the first time, and whose story nobody hears.
	 */
	public RoutedEvent(CloudEvent event, @Nullable Object protocolKey, byte @Nullable [] protocolRecordKey,
			boolean heldBySource) {
		this(event, protocolKey, protocolRecordKey, heldBySource, 0, EventStory.NONE);
	}

	/**
	 * This event, of which a target gets another. All that is said of it, and its dead
	 * letter, stays that of the event that came in.
	 */
	RoutedEvent sentAs(CloudEvent other) {
		return new RoutedEvent(this.event, other, this.protocolKey, this.protocolRecordKey, this.heldBySource,
				this.replays, this.story);
	}

	/**
	 * What the target gets.
	 */
	CloudEvent sent() {
		return (this.outgoing == null) ? this.event : this.outgoing;
	}

	/**
	 * Events with equal keys reach a target in order: the target's own choice of key,
	 * else the protocol's, else the {@code partitionkey}; {@code null} for no order.
	 */
	@Nullable Object orderKey(RouteTarget target) {
		if (target.key() != null) {
			return Attributes.text(this.event, target.key());
		}
		return (this.protocolKey != null) ? this.protocolKey : Attributes.text(this.event, PARTITION_KEY);
	}

	/**
	 * The key that keyed protocols store beside the data.
	 */
	byte @Nullable [] recordKey(RouteTarget target) {
		if (target.key() == null) {
			return this.protocolRecordKey;
		}
		String value = Attributes.text(sent(), target.key());
		return (value == null) ? null : value.getBytes(StandardCharsets.UTF_8);
	}

}
