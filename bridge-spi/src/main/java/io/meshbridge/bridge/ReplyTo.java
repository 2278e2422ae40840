package io.meshbridge.bridge;

import java.util.function.Consumer;

/**
 * Takes what a target answers to an event, where that is an event itself (<a href=
 * "https://github.com/knative/specs/blob/main/specs/eventing/data-plane.md#event-reply-contract">Knative
 * Data Plane Contract, Event Reply Contract</a>).
 *
 * @param maxBytes largest reply, data and attributes together; of a larger one a target
 * keeps the beginning only, and hands it over as unreadable
 * @param taker hears of a reply at most once, before the future of the send completes,
 * and not at all when that fails; it does not block. Takes {@link Content.Event} and
 * {@link Content.Unreadable}; an answer that does not claim to be an event is no reply
 */
public record ReplyTo(int maxBytes, Consumer<Content> taker) {
}
