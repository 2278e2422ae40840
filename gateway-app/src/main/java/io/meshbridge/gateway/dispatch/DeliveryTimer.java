package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.time.Instant;

/**
 * Starts what has to wait, and tells how long something took. Tests have one whose time
 * they turn on themselves.
 */
interface DeliveryTimer {

	/**
	 * Runs the task after the wait, on the one thread of this timer; it must not block.
	 * @throws java.util.concurrent.RejectedExecutionException when the timer is closed
	 */
	void schedule(Duration wait, Runnable task);

	/**
	 * Time that passes evenly, from an arbitrary beginning.
	 */
	long nanoTime();

	/**
	 * What time it is.
	 */
	Instant now();

}
