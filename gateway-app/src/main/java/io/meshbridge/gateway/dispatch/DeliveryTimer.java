package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Starts what has to wait: attempts after a back-off, and the sweep for timeouts.
 */
final class DeliveryTimer implements AutoCloseable {

	private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
		Thread thread = new Thread(task, "delivery-timer");
		thread.setDaemon(true);
		return thread;
	});

	/**
	 * Runs the task after the wait; it must not block.
	 */
	void schedule(Duration wait, Runnable task) {
		this.executor.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
	}

	void every(Duration interval, Runnable task) {
		this.executor.scheduleWithFixedDelay(task, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
	}

	ScheduledThreadPoolExecutor executor() {
		return this.executor;
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
