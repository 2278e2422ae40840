package io.meshbridge.bridge;

/**
 * An endpoint that events are read from.
 *
 * @param bindingName unique name of the binding, also the key of its properties under
 * {@code spring.cloud.stream.bindings}
 * @param binderName name of the binder that serves it
 * @param destination topic, queue, topic filter or path, as the binder understands it
 * @param group who shares the events: consumers of one group get each event once
 * @param maxInFlight how many events the gateway takes before it settles the first of
 * them
 * @param channel whether the destination holds a durable channel: the group gets all that
 * is written to it from the first time it reads on
 */
public record SourceSpec(String bindingName, String binderName, String destination, String group, int maxInFlight,
		boolean channel) {

	/**
	 * An endpoint that is no channel.
	 */
	public SourceSpec(String bindingName, String binderName, String destination, String group, int maxInFlight) {
		this(bindingName, binderName, destination, group, maxInFlight, false);
	}

}
