package io.meshbridge.bridge.rabbit;

import java.util.Map;
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

	private final @Nullable Object orderKey;

	private final byte @Nullable [] recordKey;

	private final Settlement settlement;

	private final AtomicBoolean settled = new AtomicBoolean();

	/**
	 * @param fromChannel whether the message may bring the keys that the event had before
	 * it was stored
	 */
	RabbitInbound(RabbitMessage message, EventHeaders headers, boolean fromChannel, Settlement settlement) {
		this.content = message.content(headers);
		this.sizeBytes = message.sizeBytes();
		Map<String, Object> keys = fromChannel ? message.properties().getHeaders() : null;
		this.orderKey = ChannelMessages.orderKey(keys);
		this.recordKey = ChannelMessages.recordKey(keys);
		this.settlement = settlement;
	}

	@Override
	public Content content() {
		return this.content;
	}

	@Override
	public @Nullable Object orderKey() {
		return this.orderKey;
	}

	@Override
	public byte @Nullable [] recordKey() {
		return this.recordKey;
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
