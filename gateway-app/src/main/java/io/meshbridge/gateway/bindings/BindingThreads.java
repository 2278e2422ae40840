package io.meshbridge.gateway.bindings;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads on which bindings are made. A broker that does not answer keeps one of them
 * waiting for as long as its client waits, so there is one for each binding that is
 * trying.
 */
final class BindingThreads implements AutoCloseable {

	private final AtomicInteger count = new AtomicInteger();

	private final ExecutorService workers = Executors.newCachedThreadPool(this::thread);

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(this::thread);

	private Thread thread(Runnable task) {
		Thread thread = new Thread(task, "bind-" + this.count.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	}

	void run(Runnable task) {
		this.workers.execute(task);
	}

	void runLater(Duration delay, Runnable task) {
		this.timer.schedule(() -> this.workers.execute(task), delay.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
		this.workers.shutdownNow();
	}

}
