package io.meshbridge.bridge.http.outbound;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.http.mapping.HttpEventReader;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
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

	private final @Nullable Outbound asking;

	private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);

	/** Grows on the connection's event loop only. */
	private long bodyBytes;

	private volatile int status;

	/** There while the body of a reply comes in. */
	private volatile @Nullable HttpReply reply;

	private volatile @Nullable String retryAfter;

	private volatile @Nullable Disposable exchange;

	private volatile @Nullable Timeout timer;

	private volatile boolean ended;

	/**
	 * Makes a request.
	 * @param asking the event, where a reply to it is wanted
	 */
	HttpPost(TargetUrl url, Duration timeout, Failures failures, CompletableFuture<Void> sent,
			@Nullable Outbound asking) {
		this.url = url;
		this.timeout = timeout;
		this.failures = failures;
		this.sent = sent;
		this.asking = asking;
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
		HttpReply begun = reply(code, response.responseHeaders());
		this.reply = begun;
		this.status = code;
		if (begun != null) {
			return body.doOnNext(begun::add).takeUntil((chunk) -> begun.tooLarge()).then();
		}
		if (code >= 200 && code < 300) {
			// The target has the event; what it says about it changes nothing.
			this.sent.complete(null);
		}
		// Read on all the same, so that the connection can be used again.
		return body.doOnNext(this::keep).takeUntil((chunk) -> this.bodyBytes > READ_BYTES).then();
	}

	/**
	 * The reply that this answer is: 200 and an event, where one is wanted.
	 */
	private @Nullable HttpReply reply(int code, HttpHeaders headers) {
		Outbound event = this.asking;
		if (event == null || event.replyTo() == null || code != 200 || !HttpEventReader.claimsEvent(headers)) {
			return null;
		}
		return new HttpReply(this.url, event.event().getId(), headers, event.replyTo());
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
		HttpReply begun = this.reply;
		if (begun != null && failure == null) {
			begun.handOver();
			this.sent.complete(null);
		}
		else if (begun == null && (this.status != 0 || failure == null)) {
			this.sent.completeExceptionally(this.failures.answered(this.url, this.status, this.retryAfter, body()));
		}
		else if (failure != null) {
			this.sent.completeExceptionally(this.failures.unanswered(this.url, failure));
		}
	}

	/**
	 * The time is up.
	 */
	void expired() {
		if (this.status != 0 && this.reply == null) {
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
