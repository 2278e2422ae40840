package io.meshbridge.gateway.dispatch;

import java.util.concurrent.CompletableFuture;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.bindings.EventSender;
import io.meshbridge.rules.Endpoint;

/**
 * Stands for a target whose destination each event names, where an event names none that
 * it may go to.
 */
record NamedByEvents(Endpoint endpoint) implements EventSender {

	@Override
	public CompletableFuture<Void> send(Outbound outbound) {
		return CompletableFuture
			.failedFuture(SendException.permanent("DESTINATION", this.endpoint + ": no destination is named", null));
	}

	@Override
	public boolean keepsOrder() {
		return false;
	}

	@Override
	public boolean processesEvents() {
		return false;
	}

	@Override
	public String toString() {
		return this.endpoint.toString();
	}

}
