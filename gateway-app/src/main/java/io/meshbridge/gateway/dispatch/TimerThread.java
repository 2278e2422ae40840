package io.meshbridge.gateway.dispatch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The timer of a running gateway.
 */
final class TimerThread implements DeliveryTimer, AutoCloseable {

	private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
		Thread thread = new Thread(task, "delivery-timer");
		thread.setDaemon(true);
		return thread;
	});

	private final Clock clock;

	TimerThread(Clock clock) {
		this.clock = clock;
	}

	@Override
	public void schedule(Duration wait, Runnable task) {
		this.executor.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
	}

	@Override
	public long nanoTime() {
		return System.nanoTime();
	}

	@Override
	public Instant now() {
		return this.clock.instant();
	}

	void every(Duration interval, Runnable task) {
		this.executor.scheduleWithFixedDelay(task, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
