package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.bindings.EventSender;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the outage of one endpoint from the failures of single events, for all who send
 * there. A Resilience4j circuit breaker holds the state; who decides is this:
 * <ul>
 * <li>An answer is a sign of life, also one that an event is bad.</li>
 * <li>A failure that may be due to its event counts once for that event, however often it
 * is tried again, so one bad event never opens the breaker; many different ones do, by
 * their share of the last events.</li>
 * <li>A failure that can't be due to the event opens the breaker when three follow one
 * another with no sign of life in between. Attempts that were under way together, and
 * fail together, count once: a lost connection is no outage yet, nor is what one bad
 * event does to its neighbours. An event that has used up its retries that way opens it
 * too.</li>
 * </ul>
 * While the breaker is open events wait at the gates ({@link Gate}). After a while that
 * doubles each time one of them is let through as a probe; when it gets any answer but a
 * failure in passing, the breaker closes and everything flows. Thread-safe.
 */
final class TargetBreaker {

	private static final Logger logger = LoggerFactory.getLogger(TargetBreaker.class);

	private static final Duration FIRST_PROBE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PROBE = Duration.ofSeconds(30);

	/** That many failures that no event can be blamed for, in a row, are an outage. */
	private static final int GONE = 3;

	private static final int MOST_DOUBLINGS = 16;

	private final EventSender target;

	private final CircuitBreaker breaker;

	private final DeliveryTimer timer;

	private final Runnable listener;

	private final List<Gate> gates = new CopyOnWriteArrayList<>();

	private final AtomicInteger inARow = new AtomicInteger();

	/** Goes up before each probe; failures from before it say nothing about it. */
	private volatile int round;

	private volatile boolean everAnswered;

	private volatile long lastAnswerNanos;

	/** When a failure last counted that no event can be blamed for. */
	private volatile long lastCountedNanos;

	private volatile @Nullable SendException lastFailure;

	/** Whether a source that feeds only this target should wait. */
	private volatile boolean sourcesWait;

	private volatile boolean probing;

	private volatile long outSinceNanos;

	/** Probes that failed since the breaker opened; guarded by this, as what follows. */
	private int failedProbes;

	/** Those among them that got as far as the target, as far as one can tell. */
	private int answeredProbes;

	private Duration asked = Duration.ZERO;

	private Duration wait = Duration.ZERO;

	/**
	 * Makes the breaker of one endpoint.
	 * @param breaker opens by the share of failures, and never leaves the open state by
	 * itself
	 * @param listener hears that {@link #sourcesWait()} may have changed
	 */
	TargetBreaker(EventSender target, CircuitBreaker breaker, DeliveryTimer timer, Runnable listener) {
		this.target = target;
		this.breaker = breaker;
		this.timer = timer;
		this.listener = listener;
		this.lastCountedNanos = timer.nanoTime();
		breaker.getEventPublisher().onStateTransition((event) -> {
			switch (event.getStateTransition().getToState()) {
				case OPEN -> opened(event.getStateTransition().getFromState() == State.CLOSED);
				case CLOSED -> closed();
				default -> {
				}
			}
		});
	}

	void join(Gate gate) {
		this.gates.add(gate);
	}

	/**
	 * Forgets a gate. A probe that it had under way may never end.
	 * @return whether it was the last
	 */
	boolean leave(Gate gate) {
		this.gates.remove(gate);
		if (this.breaker.getState() == State.HALF_OPEN) {
			this.breaker.transitionToOpenState();
		}
		return this.gates.isEmpty();
	}

	/**
	 * Whether the target is out, so that events for it have to wait.
	 */
	boolean out() {
		return this.breaker.getState() != State.CLOSED;
	}

	/**
	 * Whether the next event that asks is let through as a probe.
	 */
	boolean wantsProbe() {
		return this.breaker.getState() == State.HALF_OPEN && !this.probing;
	}

	/**
	 * Whether a source that feeds only targets that are out should wait. It need not when
	 * a new event is wanted as a probe, since there is none, or all that wait have failed
	 * as one.
	 */
	boolean sourcesWait() {
		return this.sourcesWait;
	}

	/**
	 * Asks to make one attempt now. One that is not made is given back with
	 * {@link #giveBack()}.
	 */
	boolean permits() {
		State state = this.breaker.getState();
		if (state == State.OPEN || !this.breaker.tryAcquirePermission()) {
			return false;
		}
		if (state == State.HALF_OPEN) {
			this.probing = true;
			pauseSources(true);
			if (!out()) {
				// Another answer came in between, and has told the sources before us.
				pauseSources(false);
			}
		}
		return true;
	}

	/**
	 * Hears that an attempt which was permitted is not made. Somebody else is asked to be
	 * the probe, for whoever came meanwhile was turned away.
	 */
	void giveBack() {
		if (this.breaker.getState() == State.HALF_OPEN) {
			this.probing = false;
			this.breaker.releasePermission();
			later(Duration.ZERO, this::findProbe);
		}
	}

	/**
	 * What an attempt that begins now is counted for.
	 */
	int round() {
		return this.round;
	}

	/**
	 * Hears of a sign of life.
	 * @param startedNanos when the attempt began
	 */
	void answered(long startedNanos) {
		long now = this.timer.nanoTime();
		this.lastAnswerNanos = now;
		if (!this.everAnswered) {
			this.everAnswered = true;
		}
		if (this.inARow.get() != 0) {
			this.inARow.set(0);
		}
		if (this.breaker.getState() != State.OPEN) {
			this.breaker.onSuccess(now - startedNanos, TimeUnit.NANOSECONDS);
		}
		else if (startedNanos - this.outSinceNanos > 0) {
			// Somebody who does not wait for us has found it alive.
			this.breaker.transitionToClosedState();
		}
	}

	/**
	 * Hears of an attempt that failed in passing.
	 * @param first whether it is the first of this event
	 * @param startedRound {@link #round()} when the attempt began
	 * @param longestAsked most that a target's wish to be left alone is granted
	 */
	void failed(SendException failure, boolean first, int startedRound, long startedNanos, Duration longestAsked) {
		if (startedRound != this.round || this.breaker.getState() == State.OPEN) {
			return;
		}
		long now = this.timer.nanoTime();
		boolean blameless = blames(failure);
		boolean probe = this.breaker.getState() == State.HALF_OPEN;
		this.lastFailure = failure;
		remember(failure, longestAsked, probe && !failure.unreachable());
		boolean counts = blameless ? startedNanos - this.lastCountedNanos >= 0 : first;
		if (counts || probe) {
			this.lastCountedNanos = blameless ? now : this.lastCountedNanos;
			this.breaker.onError(now - startedNanos, TimeUnit.NANOSECONDS, failure);
		}
		if (blameless && counts && this.inARow.incrementAndGet() >= GONE) {
			trip(failure);
		}
	}

	private synchronized void remember(SendException failure, Duration longestAsked, boolean answeredProbe) {
		Duration wish = (failure.retryAfter() == null) ? Duration.ZERO : failure.retryAfter();
		this.asked = (wish.compareTo(longestAsked) < 0) ? wish : longestAsked;
		if (answeredProbe) {
			this.answeredProbes++;
		}
	}

	/**
	 * Whether a failure in passing is the target's fault for sure.
	 */
	boolean blames(SendException failure) {
		return failure.unreachable() || !this.target.processesEvents();
	}

	/**
	 * Whether the target has answered anybody since then.
	 */
	boolean answeredSince(long nanos) {
		return this.everAnswered && this.lastAnswerNanos - nanos > 0;
	}

	/**
	 * Declares the target out.
	 */
	void trip(SendException failure) {
		if (this.breaker.getState() == State.CLOSED) {
			this.lastFailure = failure;
			this.breaker.transitionToOpenState();
		}
	}

	private void opened(boolean outageBegins) {
		Duration next;
		synchronized (this) {
			if (outageBegins) {
				this.outSinceNanos = this.timer.nanoTime();
				this.failedProbes = 0;
				this.answeredProbes = 0;
			}
			else {
				this.failedProbes++;
			}
			Duration doubled = FIRST_PROBE.multipliedBy(1L << Math.min(this.failedProbes, MOST_DOUBLINGS));
			Duration longest = longestWait();
			next = (doubled.compareTo(longest) < 0) ? doubled : longest;
			next = (this.asked.compareTo(next) > 0) ? this.asked : next;
			this.asked = Duration.ZERO;
			this.wait = next;
		}
		int current = this.round;
		later(next, () -> probe(current));
		if (outageBegins) {
			logger.warn("target {} is out: {}; {} events are under way to it, and wait where on-outage is pause; "
					+ "next look in {} ms", this.target, problem(), events(), next.toMillis());
		}
		later(Duration.ZERO, () -> this.gates.forEach(Gate::targetIsOut));
		pauseSources(!allWaitersFailed());
	}

	/**
	 * As long as the most impatient of those who send there wants to wait at most.
	 */
	private Duration longestWait() {
		return this.gates.stream()
			.map(Gate::longestWait)
			.reduce(LONGEST_PROBE, (one, other) -> (one.compareTo(other) < 0) ? one : other);
	}

	/**
	 * Whether each event that waits has failed as a probe, so that it might be due to
	 * these events after all.
	 */
	private synchronized boolean allWaitersFailed() {
		return this.answeredProbes > 0 && this.answeredProbes >= this.gates.stream().mapToInt(Gate::waiting).sum();
	}

	/**
	 * Looks whether the target is back, at once.
	 */
	void probeNow() {
		if (this.breaker.getState() == State.OPEN) {
			int current = this.round;
			later(Duration.ZERO, () -> probe(current));
		}
	}

	private void probe(int startedRound) {
		if (startedRound != this.round || this.breaker.getState() != State.OPEN) {
			return;
		}
		// Before the change of state, for whoever is let through belongs to the new
		// round.
		this.round = startedRound + 1;
		this.probing = false;
		this.breaker.transitionToHalfOpenState();
		findProbe();
	}

	private void findProbe() {
		this.gates.forEach(Gate::drain);
		if (!this.probing && this.breaker.getState() == State.HALF_OPEN) {
			// Nobody waits: the next event that comes is the probe.
			pauseSources(false);
		}
	}

	private void closed() {
		long millis = Duration.ofNanos(this.timer.nanoTime() - this.outSinceNanos).toMillis();
		this.inARow.set(0);
		logger.info("target {} is back after {} ms; {} events were under way to it", this.target, millis, events());
		pauseSources(false);
		later(Duration.ZERO, () -> this.gates.forEach(Gate::drain));
	}

	private void pauseSources(boolean pause) {
		if (pause != this.sourcesWait) {
			this.sourcesWait = pause;
			later(Duration.ZERO, this.listener);
		}
	}

	private void later(Duration delay, Runnable task) {
		try {
			this.timer.schedule(delay, task);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("{}: the gateway stops", this.target, ex);
		}
	}

	private int events() {
		return this.gates.stream().mapToInt(Gate::events).sum();
	}

	private String problem() {
		SendException failure = this.lastFailure;
		return (failure == null) ? "no reason known" : String.valueOf(failure.getMessage());
	}

	/**
	 * What a sender is told who can't wait.
	 */
	SendException refusal() {
		SendException failure = this.lastFailure;
		Duration next;
		synchronized (this) {
			next = this.wait;
		}
		return SendException.retryAfter((failure == null) ? "OUTAGE" : failure.code(),
				"target " + this.target + " is out: " + problem(), next);
	}

	/**
	 * As an operator sees it.
	 */
	TargetState state() {
		State state = this.breaker.getState();
		return switch (state) {
			case CLOSED -> TargetState.UP;
			case HALF_OPEN -> new TargetState("probing", problem());
			default -> new TargetState("out", problem());
		};
	}

	/**
	 * The Resilience4j object, to take it out of its registry.
	 */
	CircuitBreaker circuitBreaker() {
		return this.breaker;
	}

	@Override
	public String toString() {
		return this.target.toString();
	}

}
