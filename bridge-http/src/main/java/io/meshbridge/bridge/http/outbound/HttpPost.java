package io.meshbridge.bridge.http.outbound;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/**
 * One request to a target, until its answer is known. The future is completed once, by
 * whoever comes first: the answer, a failure, the timer, or the caller who cancels it.
 */
final class HttpPost {

	/** How much of the body of a bad answer is kept for the reason. */
	private static final int KEPT_BYTES = 1024;

	/** A longer body is not worth the connection it comes on. */
	private static final int READ_BYTES = 64 * 1024;

	private final TargetUrl url;

	private final Duration timeout;

	private final Failures failures;

	private final CompletableFuture<Void> sent;

	private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);

	/** Grows on the connection's event loop only. */
	private long bodyBytes;

	private volatile int status;

	private volatile @Nullable String retryAfter;

	private volatile @Nullable Disposable exchange;

	private volatile @Nullable Timeout timer;

	private volatile boolean ended;

	HttpPost(TargetUrl url, Duration timeout, Failures failures, CompletableFuture<Void> sent) {
		this.url = url;
		this.timeout = timeout;
		this.failures = failures;
		this.sent = sent;
	}

	/**
	 * Begins to watch the exchange.
	 */
	void started(Disposable exchange, Timeout timer) {
		this.exchange = exchange;
		this.timer = timer;
		if (this.ended) {
			timer.cancel();
		}
		else {
			// Cancelled by the caller, or given up when the target is closed.
			this.sent.whenComplete((done, failure) -> {
				if (failure != null && !this.ended) {
					timer.cancel();
					exchange.dispose();
				}
			});
		}
	}

	/**
	 * The status line and the headers are there.
	 */
	Publisher<Void> answered(HttpClientResponse response, ByteBufFlux body) {
		int code = response.status().code();
		this.retryAfter = response.responseHeaders().get(HttpHeaderNames.RETRY_AFTER);
		this.status = code;
		if (code >= 200 && code < 300) {
			// The target has the event; what it says about it changes nothing.
			this.sent.complete(null);
		}
		// Read on all the same, so that the connection can be used again.
		return body.doOnNext(this::keep).takeUntil((chunk) -> this.bodyBytes > READ_BYTES).then();
	}

	private void keep(ByteBuf chunk) {
		int size = chunk.readableBytes();
		int room = Math.min(size, KEPT_BYTES - this.kept.size());
		this.bodyBytes += size;
		if (room > 0 && this.status >= 300) {
			byte[] bytes = new byte[room];
			chunk.getBytes(chunk.readerIndex(), bytes);
			this.kept.writeBytes(bytes);
		}
	}

	/**
	 * The body has ended, or is long enough.
	 */
	void completed() {
		end(null);
	}

	/**
	 * There is no answer, or its body broke off.
	 */
	void failed(Throwable failure) {
		end(failure);
	}

	private void end(@Nullable Throwable failure) {
		this.ended = true;
		Timeout running = this.timer;
		if (running != null) {
			running.cancel();
		}
		if (this.sent.isDone()) {
			return;
		}
		if (this.status != 0 || failure == null) {
			this.sent.completeExceptionally(this.failures.answered(this.url, this.status, this.retryAfter, body()));
		}
		else {
			this.sent.completeExceptionally(this.failures.unanswered(this.url, failure));
		}
	}

	/**
	 * The time is up.
	 */
	void expired() {
		if (this.status != 0) {
			end(null);
		}
		else {
			this.sent.completeExceptionally(this.failures.timedOut(this.url, this.timeout));
		}
		Disposable running = this.exchange;
		if (running != null) {
			running.dispose();
		}
	}

	/** On one line, so that a target can't forge lines of the log. */
	private String body() {
		return this.kept.toString(StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
	}

}
