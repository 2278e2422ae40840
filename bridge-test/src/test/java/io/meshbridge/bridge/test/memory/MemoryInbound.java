package io.meshbridge.bridge.test.memory;

import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import org.jspecify.annotations.Nullable;

/**
 * One message from the broker in memory, to be settled.
 */
record MemoryInbound(MemoryBridge bridge, Content content, MemoryBroker.Delivery delivery) implements InboundMessage {

	@Override
	public @Nullable Object orderKey() {
		return this.bridge.orderKey(this.delivery);
	}

	@Override
	public int sizeBytes() {
		byte[] body = this.delivery.message().body();
		return (body == null) ? 0 : body.length;
	}

	@Override
	public void accept() {
		this.bridge.accept(this.delivery);
	}

	@Override
	public void refuse(Throwable reason) {
		this.bridge.refuse(this.delivery);
	}

}
