package io.meshbridge.gateway.bindings;

import java.util.concurrent.CompletableFuture;

import io.meshbridge.bridge.Outbound;

/**
 * Somewhere events can be sent. Its {@code toString} is the endpoint as the user wrote
 * it.
 */
public interface EventSender {

	/**
	 * Sends one event; see {@link io.meshbridge.bridge.Target#send}.
	 */
	CompletableFuture<Void> send(Outbound outbound);

	/**
	 * Whether events may follow each other without waiting; see
	 * {@link io.meshbridge.bridge.Target#keepsOrder()}.
	 */
	boolean keepsOrder();

	/**
	 * Whether a failure that may pass can be due to one event alone; see
	 * {@link io.meshbridge.bridge.Target#processesEvents()}.
	 */
	boolean processesEvents();

}
