package io.meshbridge.bridge.http.inbound;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.channel.EventLoop;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One request and its answer, which is given when everybody who holds it has settled, or
 * when the time is up. Settling is allowed from any thread.
 */
final class HttpExchange {

	private final HttpRequestMessage request;

	private final List<InFlight> counters;

	private final EventLoop eventLoop;

	private final Duration retryAfter;

	private final AtomicInteger open = new AtomicInteger(1);

	private final AtomicReference<Answer> worst = new AtomicReference<>(Answer.ACCEPTED);

	private final AtomicBoolean answered = new AtomicBoolean();

	// One emission only, on the event loop: no need for a serialized sink.
	private final Sinks.One<Answer> answer = Sinks.unsafe().one();

	private volatile @Nullable Timeout timeout;

	/**
	 * Begins an exchange.
	 * @param counters where it counts as long as it is not answered
	 */
	HttpExchange(HttpRequestMessage request, List<InFlight> counters, EventLoop eventLoop, Duration retryAfter) {
		this.request = request;
		this.counters = counters;
		this.eventLoop = eventLoop;
		this.retryAfter = retryAfter;
		counters.forEach(InFlight::begin);
	}

	HttpRequestMessage request() {
		return this.request;
	}

	Duration retryAfter() {
		return this.retryAfter;
	}

	/**
	 * Emits once, on the connection's event loop.
	 */
	Mono<Answer> answer() {
		return this.answer.asMono();
	}

	/**
	 * Keeps the answer back until {@link #settle(Answer)} was called once more.
	 */
	void hold() {
		this.open.incrementAndGet();
	}

	void settle(Answer outcome) {
		if (outcome.status() != Answer.ACCEPTED.status()) {
			this.worst.accumulateAndGet(outcome, Answer::worse);
		}
		if (this.open.decrementAndGet() == 0) {
			give(this.worst.get());
		}
	}

	/**
	 * Answers in any case after a while. Called when the request was handed on, so that
	 * the many that are settled by then need no timer.
	 */
	void expireAfter(Duration responseTimeout, Timer timer) {
		if (this.answered.get()) {
			return;
		}
		this.timeout = timer.newTimeout(
				(ignored) -> give(Answer.unavailable("no answer from the targets within " + responseTimeout.toMillis()
						+ " ms (meshbridge.http.response-timeout)", this.retryAfter)),
				responseTimeout.toMillis(), TimeUnit.MILLISECONDS);
		if (this.answered.get()) {
			cancelTimeout();
		}
	}

	private void cancelTimeout() {
		Timeout running = this.timeout;
		if (running != null) {
			running.cancel();
		}
	}

	private void give(Answer given) {
		if (!this.answered.compareAndSet(false, true)) {
			return;
		}
		cancelTimeout();
		if (this.eventLoop.inEventLoop()) {
			emit(given);
		}
		else {
			this.eventLoop.execute(() -> emit(given));
		}
	}

	private void emit(Answer given) {
		this.answer.tryEmitValue(given);
		this.counters.forEach(InFlight::end);
	}

}
