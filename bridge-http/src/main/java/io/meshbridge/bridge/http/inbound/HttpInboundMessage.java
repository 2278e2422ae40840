package io.meshbridge.bridge.http.inbound;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import org.jspecify.annotations.Nullable;

/**
 * One event of a request, in one binding.
 */
final class HttpInboundMessage implements InboundMessage {

	private final HttpExchange exchange;

	private final Content content;

	private final int sizeBytes;

	private final Consumer<HttpInboundMessage> whenSettled;

	private final AtomicBoolean settled = new AtomicBoolean();

	HttpInboundMessage(HttpExchange exchange, Content content, Consumer<HttpInboundMessage> whenSettled) {
		this.exchange = exchange;
		this.content = content;
		this.sizeBytes = exchange.request().sizeBytes(content);
		this.whenSettled = whenSettled;
		exchange.hold();
	}

	@Override
	public Content content() {
		return this.content;
	}

	@Override
	public @Nullable Object orderKey() {
		// Requests overtake each other on their way here.
		return null;
	}

	@Override
	public int sizeBytes() {
		return this.sizeBytes;
	}

	@Override
	public void accept() {
		settle(Answer.ACCEPTED);
	}

	@Override
	public void refuse(Throwable reason) {
		settle(Answer.refused(reason, this.exchange.retryAfter()));
	}

	private void settle(Answer outcome) {
		if (this.settled.compareAndSet(false, true)) {
			this.whenSettled.accept(this);
			// The sender of something unreadable has to hear of it, whoever keeps a copy.
			this.exchange.settle((this.content instanceof Content.Unreadable unreadable)
					? Answer.unreadable(unreadable.reason()) : outcome);
		}
	}

}
