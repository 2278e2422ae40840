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
 */
public record SourceSpec(String bindingName, String binderName, String destination, String group, int maxInFlight) {
}
