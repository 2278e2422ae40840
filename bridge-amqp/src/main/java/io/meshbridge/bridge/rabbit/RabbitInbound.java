package io.meshbridge.bridge.rabbit;

import java.util.concurrent.atomic.AtomicBoolean;

import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message that waits for its settlement. Thread-safe.
 */
final class RabbitInbound implements InboundMessage {

	private final Content content;

	private final int sizeBytes;

	private final Settlement settlement;

	private final AtomicBoolean settled = new AtomicBoolean();

	RabbitInbound(Content content, int sizeBytes, Settlement settlement) {
		this.content = content;
		this.sizeBytes = sizeBytes;
		this.settlement = settlement;
	}

	@Override
	public Content content() {
		return this.content;
	}

	@Override
	public @Nullable Object orderKey() {
		return null;
	}

	@Override
	public int sizeBytes() {
		return this.sizeBytes;
	}

	@Override
	public void accept() {
		settle(true);
	}

	@Override
	public void refuse(Throwable reason) {
		settle(false);
	}

	private void settle(boolean accepted) {
		if (this.settled.compareAndSet(false, true)) {
			this.settlement.settle(accepted);
		}
	}

	/**
	 * Tells the broker what became of a delivery.
	 */
	interface Settlement {

		void settle(boolean accepted);

	}

}
