package io.meshbridge.gateway.ingress;

import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.rules.MessageProperties;
import org.jspecify.annotations.Nullable;

/**
 * What {@code event} blocks may ask of a message that is no event.
 *
 * @param binder name of the binder it came over
 */
public record PlainProperties(PlainMessage message, String binder) implements MessageProperties {

	@Override
	public @Nullable String get(String name) {
		return switch (name) {
			case "id" -> this.message.id();
			case "source" -> this.message.source();
			case "subject" -> this.message.subject();
			case "content-type" -> this.message.contentType();
			case "binder" -> this.binder;
			default -> this.message.property(name);
		};
	}

}
