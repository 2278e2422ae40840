package io.meshbridge.rules.transform;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Takes the body of an answer over HTTP, up to a size.
 */
final class BoundedBody implements BodySubscriber<byte[]> {

	private final CompletableFuture<byte[]> body = new CompletableFuture<>();

	private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

	private final int mostBytes;

	private Flow.Subscription subscription = new NotYet();

	BoundedBody(int mostBytes) {
		this.mostBytes = mostBytes;
	}

	@Override
	public CompletionStage<byte[]> getBody() {
		return this.body;
	}

	@Override
	public void onSubscribe(Flow.Subscription begun) {
		this.subscription = begun;
		begun.request(Long.MAX_VALUE);
	}

	@Override
	public void onNext(List<ByteBuffer> parts) {
		for (ByteBuffer part : parts) {
			if (part.remaining() > this.mostBytes - this.taken.size()) {
				this.subscription.cancel();
				this.body.completeExceptionally(new TooLargeException());
				return;
			}
			byte[] bytes = new byte[part.remaining()];
			part.get(bytes);
			this.taken.writeBytes(bytes);
		}
	}

	@Override
	public void onError(Throwable failure) {
		this.body.completeExceptionally(failure);
	}

	@Override
	public void onComplete() {
		this.body.complete(this.taken.toByteArray());
	}

	private static final class NotYet implements Flow.Subscription {

		@Override
		public void request(long count) {
		}

		@Override
		public void cancel() {
		}

	}

	/**
	 * The body is larger.
	 */
	static final class TooLargeException extends IOException {

		private static final long serialVersionUID = 1L;

	}

}
