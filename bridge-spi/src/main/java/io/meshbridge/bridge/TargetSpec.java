package io.meshbridge.bridge;

/**
 * An endpoint that events are sent to.
 *
 * @param bindingName unique name of the binding, also the key of its properties under
 * {@code spring.cloud.stream.bindings}
 * @param binderName name of the binder that serves it
 * @param destination topic, exchange, topic name or URL, as the binder understands it
 */
public record TargetSpec(String bindingName, String binderName, String destination) {
}
