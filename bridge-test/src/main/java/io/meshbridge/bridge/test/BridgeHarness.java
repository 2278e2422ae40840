package io.meshbridge.bridge.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.meshbridge.bridge.ContentMode;
import org.jspecify.annotations.Nullable;

/**
 * What the contract needs to know of one protocol: how a gateway reaches its broker, a
 * client of the protocol's own that the gateway has no part in, and the switch of the
 * broker. {@link BridgeContract} uses one harness for all its rules, from one thread at a
 * time.
 */
public interface BridgeHarness extends AutoCloseable {

	/**
	 * Name of the bridge in what the run prints, for example {@code kafka}.
	 */
	String name();

	/**
	 * Name of the binder, as in {@code SourceSpec}; mostly the binder type.
	 */
	String binder();

	/**
	 * Spring properties with which a gateway reaches the broker. The same at every call:
	 * a gateway that is started again with them is the same gateway to the broker. Keep
	 * the client's reconnect and time-out intervals short.
	 */
	Map<String, Object> properties();

	/**
	 * Makes a fresh destination. A message that the gateway sends to it is kept until it
	 * is {@link #take(Destination, Duration) taken}, also across a broker restart; and a
	 * source can read from it independently of that.
	 */
	Destination newDestination();

	/**
	 * A destination that a gateway can bind as a target, but that does not exist or that
	 * it may not write to.
	 */
	Destination forbiddenDestination();

	/**
	 * Sends a message without the gateway, durably. Returns when the broker has it, and
	 * connects again after a broker restart. Where the gateway itself is the receiver, as
	 * over HTTP, returns at once; the harness then sends the messages side by side, each
	 * again and again, some times a second, until it is accepted.
	 */
	void publish(Destination destination, RawMessage message);

	/**
	 * Takes the next message that was sent to a destination, in the order of the broker;
	 * each message once.
	 * @return {@code null} when none came within the wait
	 */
	@Nullable RawMessage take(Destination destination, Duration wait);

	/**
	 * Name of the header that stands for an attribute in binary mode, for example
	 * {@code ce_id} for {@code id}.
	 */
	String headerName(String attribute);

	/**
	 * Messages that a gateway must not be able to read.
	 */
	default List<UnreadableSample> unreadable() {
		List<UnreadableSample> samples = new ArrayList<>(UnreadableSample.structured());
		samples.addAll(UnreadableSample.binary(this::headerName));
		return samples;
	}

	/**
	 * Stops the broker. Where there is none, as over HTTP, stops the server that targets
	 * send to.
	 */
	void stopBroker();

	/**
	 * Starts the broker again, on the same port and with the same data; returns when it
	 * answers.
	 */
	void startBroker();

	/**
	 * Keeps the broker from answering, connections stay open if possible.
	 */
	default void suspendBroker() {
		stopBroker();
	}

	/**
	 * Ends {@link #suspendBroker()}.
	 */
	default void resumeBroker() {
		startBroker();
	}

	/**
	 * Data of this many bytes plus one is more than a target can send. A harness lowers
	 * the limit by a property of the gateway, or of the broker, to some megabytes.
	 */
	int maxPayloadBytes();

	/**
	 * Which messages keep their order on the way in, for example those with the same
	 * record key.
	 */
	OrderUnit orderUnit();

	/**
	 * Whether the broker keeps messages for a group from the moment on that it is started
	 * again, also while no member of the group has come back.
	 */
	default boolean keepsMessagesForAbsentGroups() {
		return true;
	}

	/**
	 * What a second gateway that runs beside the first has other than it, for example its
	 * name.
	 */
	default Map<String, Object> propertiesOfSecondInstance() {
		return Map.of();
	}

	/**
	 * Whether a message with no data and one with empty data differ on the wire. In JSON
	 * they always do.
	 */
	default boolean tellsNullFromEmptyInBinaryMode() {
		return true;
	}

	/**
	 * How long a rule waits for what must happen, on a busy machine.
	 */
	default Duration patience() {
		return Duration.ofSeconds(40);
	}

	/**
	 * Rules that the protocol can't keep, each with the reason, which the run prints.
	 */
	default Map<Rule, String> unsupported() {
		return Map.of();
	}

	/**
	 * Sample events that the protocol can't carry in a mode, by
	 * {@link SampleEvent#name()}, each with the reason, which the run prints.
	 */
	default Map<String, String> unsupportedSamples(ContentMode mode) {
		return Map.of();
	}

	/**
	 * Whether a taken message is in this mode; by the content type, where there is one.
	 */
	default boolean inMode(RawMessage message, ContentMode mode) {
		boolean structured = message.contentType() != null
				&& message.contentType().startsWith("application/cloudevents");
		return structured == (mode == ContentMode.STRUCTURED);
	}

	/**
	 * Closes the client. The broker belongs to the JVM and stays.
	 */
	@Override
	default void close() {
	}

}
