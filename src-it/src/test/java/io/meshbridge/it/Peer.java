package io.meshbridge.it;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.EventReader;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.test.RawMessage;
import org.jspecify.annotations.Nullable;

/**
 * Somebody at the other end of one protocol, with the protocol's own client: sends to the
 * gateway's sources and takes from its targets.
 */
abstract class Peer implements AutoCloseable {

	private final Map<String, Queue<RawMessage>> taken = new ConcurrentHashMap<>();

	/** Binder that serves it. */
	abstract String name();

	/** What a route writes to read from it. */
	abstract String from(String destination);

	/** What a route writes to send to it. */
	abstract String to(String destination);

	/** Options with which the gateway reaches the broker. */
	abstract List<String> options();

	/** Makes sources before the gateway starts, and listens at targets. */
	abstract void open(Collection<String> sources, Collection<String> targets) throws Exception;

	/** Sends a message durably. */
	abstract void send(String destination, RawMessage message) throws Exception;

	/** Header of an attribute, for example {@code ce_id}. */
	abstract String headerName(String attribute);

	/** Value of a header as it goes over the wire. */
	Object headerValue(Object value) {
		return Attributes.canonical(value);
	}

	/** Value of a header as it was meant. */
	Object headerMeaning(Object value) {
		return value;
	}

	/** Whether no data and empty data differ on the wire in binary mode. */
	boolean tellsNullFromEmpty() {
		return false;
	}

	final void arrived(String destination, RawMessage message) {
		this.taken.computeIfAbsent(destination, (unused) -> new ConcurrentLinkedQueue<>()).add(message);
	}

	/** Everything that arrived at a target so far. */
	final List<RawMessage> taken(String destination) {
		return List.copyOf(this.taken.getOrDefault(destination, new ConcurrentLinkedQueue<>()));
	}

	/** Lays an event out in a message of this protocol. */
	// NullAway on JDK 17 does not see in class files that an array may be null.
	@SuppressWarnings("NullAway")
	final RawMessage write(CloudEvent event, ContentMode mode) {
		if (mode == ContentMode.STRUCTURED) {
			return new RawMessage(Map.of(), "application/cloudevents+json", null, JsonEventFormat.write(event));
		}
		Map<String, Object> headers = new LinkedHashMap<>();
		Attributes.forEach(event, (name, value) -> headers.put(headerName(name), headerValue(value)));
		byte[] data = (event.getData() == null) ? null : event.getData().toBytes();
		return new RawMessage(headers, event.getDataContentType(), null, data);
	}

	/** Takes a message of this protocol apart; {@code null} when it is no event. */
	final @Nullable CloudEvent read(RawMessage message) {
		Map<String, Object> attributes = new LinkedHashMap<>();
		String prefix = headerName("");
		message.headers().forEach((name, value) -> {
			if (name.startsWith(prefix)) {
				attributes.put(name.substring(prefix.length()), headerMeaning(value));
			}
		});
		try {
			return EventReader.read(message.contentType(), attributes, message.body());
		}
		catch (UnreadableMessageException ex) {
			throw new AssertionError(name() + ": " + message + " is no event", ex);
		}
	}

	@Override
	public abstract void close();

}
