package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.ratelimiter.RateLimiter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets attempts through to one target: not while it is out, not more at once than it may
 * have, not faster than its rate. Nobody is kept waiting: who can't pass leaves himself
 * in the queue and is called, on the timer's thread, when he can. Thread-safe.
 */
final class Gate {

	private static final Logger logger = LoggerFactory.getLogger(Gate.class);

	private final TargetBreaker breaker;

	private final Rules rules;

	private final DeliveryTimer timer;

	private final AtomicBoolean drainIsDue = new AtomicBoolean();

	/** In the order of arrival; guarded by this. */
	private final Deque<Waiter> queue = new ArrayDeque<>();

	/** Whether somebody is in the queue, or is about to be. */
	private volatile boolean crowded;

	/** A permission of the rate limiter that holds from then on; guarded by this. */
	private boolean reserved;

	private long reservedForNanos;

	private volatile Owner owner = Owner.NOBODY;

	/**
	 * What holds at this gate.
	 *
	 * @param waitsForTarget whether events wait while the target is out; else they pass
	 * @param longestWait most that it may take until the target is looked at again
	 * @param bulkhead how many may be under way at once, if that is limited
	 * @param limiter how many may pass in a time, if that is limited
	 */
	record Rules(boolean waitsForTarget, Duration longestWait, @Nullable Bulkhead bulkhead,
			@Nullable RateLimiter limiter) {
	}

	/**
	 * Somebody who could not pass.
	 */
	interface Waiter {

		/**
		 * Makes one attempt now; {@link Gate#enter} need not be asked for it.
		 * @return {@code false} when there is none to make any more
		 */
		boolean proceed();

	}

	/**
	 * Whose events pass here.
	 */
	interface Owner {

		/** Before there is one. */
		Owner NOBODY = new Owner() {

			@Override
			public int inFlight() {
				return 0;
			}

			@Override
			public void targetIsOut() {
			}

		};

		int inFlight();

		/** The target is out, and the next look at it takes a while. */
		void targetIsOut();

	}

	Gate(TargetBreaker breaker, Rules rules, DeliveryTimer timer) {
		this.breaker = breaker;
		this.rules = rules;
		this.timer = timer;
		breaker.join(this);
	}

	void ownedBy(Owner someone) {
		this.owner = someone;
	}

	/**
	 * Asks to make one attempt.
	 * @return {@code true} to go ahead; {@code false} when the waiter is called later
	 */
	boolean enter(Waiter waiter) {
		if (!this.crowded && this.rules.limiter() == null && permitted()) {
			return true;
		}
		synchronized (this) {
			// Said before the second look, so that whoever makes room after it drains.
			this.crowded = true;
			if (this.queue.isEmpty() && permitted()) {
				this.crowded = false;
				return true;
			}
			this.queue.add(waiter);
		}
		if (this.rules.bulkhead() != null) {
			// Another may have held a place for a moment only, and then not passed.
			drainSoon();
		}
		return false;
	}

	private boolean permitted() {
		Bulkhead bulkhead = this.rules.bulkhead();
		if (bulkhead != null && !bulkhead.tryAcquirePermission()) {
			return false;
		}
		if (withinRate()) {
			if (!this.rules.waitsForTarget() || this.breaker.permits()) {
				return true;
			}
			keepRate();
		}
		if (bulkhead != null) {
			bulkhead.releasePermission();
		}
		return false;
	}

	/**
	 * The limiter takes nothing back, so the next one goes by the permission that was not
	 * used.
	 */
	private void keepRate() {
		if (this.rules.limiter() != null) {
			this.reserved = true;
			this.reservedForNanos = this.timer.nanoTime();
		}
	}

	private boolean withinRate() {
		RateLimiter limiter = this.rules.limiter();
		if (limiter == null) {
			return true;
		}
		if (this.reserved) {
			if (this.timer.nanoTime() - this.reservedForNanos < 0) {
				return false;
			}
			this.reserved = false;
			return true;
		}
		long waitNanos = limiter.reservePermission();
		if (waitNanos == 0) {
			return true;
		}
		if (waitNanos > 0) {
			this.reserved = true;
			this.reservedForNanos = this.timer.nanoTime() + waitNanos;
		}
		later((waitNanos > 0) ? Duration.ofNanos(waitNanos) : limiter.getRateLimiterConfig().getLimitRefreshPeriod());
		return false;
	}

	/**
	 * Hears that an attempt has ended.
	 */
	void left() {
		Bulkhead bulkhead = this.rules.bulkhead();
		if (bulkhead != null) {
			bulkhead.onComplete();
			if (this.crowded) {
				drainSoon();
			}
		}
	}

	/**
	 * Looks again who can pass. Never at once, for the caller may hold the lock of a
	 * lane.
	 */
	void drainSoon() {
		if (this.drainIsDue.compareAndSet(false, true)) {
			later(Duration.ZERO);
		}
	}

	private void later(Duration wait) {
		try {
			this.timer.schedule(wait, this::drain);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("{}: the gateway stops", this.breaker, ex);
		}
	}

	/**
	 * Lets through whoever can pass. Called on the timer's thread.
	 */
	void drain() {
		this.drainIsDue.set(false);
		while (true) {
			Waiter next;
			synchronized (this) {
				if (this.queue.isEmpty()) {
					this.crowded = false;
					return;
				}
				if (!permitted()) {
					return;
				}
				next = this.queue.remove();
			}
			if (!next.proceed()) {
				giveBack();
			}
		}
	}

	/**
	 * Hears that an attempt which was let through is not made.
	 */
	void giveBack() {
		Bulkhead bulkhead = this.rules.bulkhead();
		synchronized (this) {
			if (bulkhead != null) {
				bulkhead.releasePermission();
			}
			keepRate();
		}
		if (this.rules.waitsForTarget()) {
			this.breaker.giveBack();
		}
		if (this.crowded) {
			drainSoon();
		}
	}

	/**
	 * Whether events have to wait since the target is out.
	 */
	boolean shut() {
		return this.rules.waitsForTarget() && this.breaker.out();
	}

	/**
	 * Whether an event that can't wait need not try.
	 */
	boolean refuses() {
		return shut() && !this.breaker.wantsProbe();
	}

	/**
	 * Whether a source that feeds nothing else should wait.
	 */
	boolean holdsSources() {
		return this.rules.waitsForTarget() && this.breaker.sourcesWait();
	}

	TargetBreaker breaker() {
		return this.breaker;
	}

	Rules rules() {
		return this.rules;
	}

	Duration longestWait() {
		return this.rules.longestWait();
	}

	synchronized int waiting() {
		return this.queue.size();
	}

	int events() {
		return this.owner.inFlight();
	}

	void targetIsOut() {
		if (this.rules.waitsForTarget()) {
			this.owner.targetIsOut();
		}
	}

}
