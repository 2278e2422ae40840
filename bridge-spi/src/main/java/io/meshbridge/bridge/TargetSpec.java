package io.meshbridge.bridge;

import java.util.Set;

/**
 * An endpoint that events are sent to.
 *
 * @param bindingName unique name of the binding, also the key of its properties under
 * {@code spring.cloud.stream.bindings}
 * @param binderName name of the binder that serves it
 * @param destination topic, exchange, topic name or URL, as the binder understands it
 * @param channel whether the destination holds a durable channel
 * @param requiredGroups groups whose subscriptions have to be there before the first
 * event is sent to a channel, for they must not miss it
 * @param fanOut how many targets get the events that this one gets, itself among them. A
 * client that fills batches may wait longer where each of many gets a trickle; at least 1
 */
public record TargetSpec(String bindingName, String binderName, String destination, boolean channel,
		Set<String> requiredGroups, int fanOut) {

	public TargetSpec {
		requiredGroups = Set.copyOf(requiredGroups);
	}

	/**
	 * An endpoint whose readers see to themselves.
	 */
	public TargetSpec(String bindingName, String binderName, String destination, int fanOut) {
		this(bindingName, binderName, destination, false, Set.of(), fanOut);
	}

	/**
	 * An endpoint that is sent to alone.
	 */
	public TargetSpec(String bindingName, String binderName, String destination) {
		this(bindingName, binderName, destination, 1);
	}

}
