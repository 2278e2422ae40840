package io.meshbridge.bridge.mqtt;

import java.util.concurrent.CompletableFuture;

import io.meshbridge.bridge.SendException;
import org.jspecify.annotations.Nullable;

/**
 * A packet on its way out, and who waits for its PUBACK; equal only to itself.
 * Thread-safe.
 */
final class Outgoing {

	private final Packet packet;

	private final boolean needsSubscriber;

	private final CompletableFuture<Void> confirmed;

	/**
	 * @param needsSubscriber whether a message that nobody is subscribed to counts as
	 * failed
	 * @param confirmed completes when the broker has it, or fails with a
	 * {@link SendException}
	 */
	Outgoing(Packet packet, boolean needsSubscriber, CompletableFuture<Void> confirmed) {
		this.packet = packet;
		this.needsSubscriber = needsSubscriber;
		this.confirmed = confirmed;
	}

	Packet packet() {
		return this.packet;
	}

	/**
	 * Whether nobody waits any more.
	 */
	boolean done() {
		return this.confirmed.isDone();
	}

	/**
	 * The broker answered, with the reason code of the PUBACK.
	 */
	void answered(int reasonCode) {
		boolean unheard = this.needsSubscriber && reasonCode == ReasonCodes.NO_MATCHING_SUBSCRIBERS;
		if (reasonCode >= ReasonCodes.FAILURE || unheard) {
			fail(ReasonCodes.failure(this.packet.topic(), reasonCode));
		}
		else {
			this.confirmed.complete(null);
		}
	}

	/**
	 * No answer will come.
	 */
	void lost(String reason, @Nullable Throwable cause) {
		fail(ReasonCodes.connectionLost(this.packet.topic(), reason, cause));
	}

	void fail(SendException failure) {
		this.confirmed.completeExceptionally(failure);
	}

}
