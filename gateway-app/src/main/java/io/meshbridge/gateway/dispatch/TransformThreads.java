package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.cloudevents.CloudEvent;
import io.meshbridge.rules.transform.TransformException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads on which events are transformed that take time, so that none that brings events
 * is kept. Routes take turns, and there is one thread more than a single route may use,
 * so a slow one does not keep the others waiting.
 */
final class TransformThreads implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(TransformThreads.class);

	/**
	 * A transform looks at its limits by itself; this is for what no limit reaches. It
	 * goes by the clock, so it is long enough for a machine that is busy.
	 */
	private static final Duration LONGEST = Duration.ofSeconds(10);

	/** JSONata needs much of it for expressions that call themselves. */
	private static final long STACK_BYTES = 2 << 20;

	private static final int PER_ROUTE = Math.max(1, Runtime.getRuntime().availableProcessors());

	private final AtomicInteger count = new AtomicInteger();

	private final ThreadPoolExecutor threads = new ThreadPoolExecutor(PER_ROUTE + 1, PER_ROUTE + 1, 10,
			TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);

	TransformThreads() {
		this.threads.allowCoreThreadTimeOut(true);
	}

	private Thread thread(Runnable task) {
		Thread thread = new Thread(null, task, "transform-" + this.count.incrementAndGet(), STACK_BYTES);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * The work of one route.
	 */
	Work work(String route) {
		return new Work(route);
	}

	/** One thread is lost for as long as a piece of work does not end. */
	private synchronized void replaceThread(int change) {
		int size = this.threads.getCorePoolSize() + change;
		if (change > 0) {
			this.threads.setMaximumPoolSize(size);
			this.threads.setCorePoolSize(size);
		}
		else {
			this.threads.setCorePoolSize(size);
			this.threads.setMaximumPoolSize(size);
		}
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

	/**
	 * Makes one event.
	 */
	interface Task {

		CloudEvent make() throws TransformException;

	}

	/**
	 * The work of one route, in the order in which it was asked for.
	 */
	final class Work {

		private final String route;

		/** Guarded by this. */
		private final Queue<Runnable> waiting = new ArrayDeque<>();

		/** Number of threads that are at it; guarded by this. */
		private int underWay;

		private volatile boolean closed;

		Work(String route) {
			this.route = route;
		}

		/**
		 * Has an event made.
		 * @return fails with the {@link TransformException}
		 */
		CompletableFuture<CloudEvent> ask(Task task) {
			CompletableFuture<CloudEvent> made = new CompletableFuture<>();
			if (this.closed) {
				made.completeExceptionally(new RejectedExecutionException("the route ends"));
				return made;
			}
			synchronized (this) {
				this.waiting.add(() -> make(task, made));
				if (this.underWay == PER_ROUTE) {
					return made;
				}
				this.underWay++;
			}
			go(made);
			return made;
		}

		private void go(CompletableFuture<CloudEvent> made) {
			try {
				TransformThreads.this.threads.execute(this::next);
			}
			catch (RejectedExecutionException ex) {
				made.completeExceptionally(ex);
			}
		}

		private void next() {
			Runnable first;
			synchronized (this) {
				first = this.waiting.poll();
				if (first == null) {
					this.underWay--;
					return;
				}
			}
			first.run();
			try {
				// Behind what other routes want.
				TransformThreads.this.threads.execute(this::next);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("{}: the gateway stops", this.route, ex);
			}
		}

		/**
		 * From now on nothing is made any more: all that is asked for fails.
		 */
		void close() {
			this.closed = true;
		}

		private void make(Task task, CompletableFuture<CloudEvent> made) {
			if (this.closed) {
				made.completeExceptionally(new RejectedExecutionException("the route ends"));
				return;
			}
			CompletableFuture<Boolean> ended = new CompletableFuture<Boolean>().orTimeout(LONGEST.toMillis(),
					TimeUnit.MILLISECONDS);
			ended.whenComplete((inTime, late) -> {
				if (late != null) {
					logger.error("{}: a transform does not end, and keeps a thread busy; change its expression",
							this.route);
					replaceThread(1);
					made.completeExceptionally(
							new TransformException("the transform does not end within " + LONGEST.toSeconds() + " s"));
				}
			});
			CloudEvent event = null;
			Exception failure = null;
			try {
				event = task.make();
			}
			catch (TransformException | RuntimeException ex) {
				failure = ex;
			}
			catch (OutOfMemoryError ex) {
				failure = new TransformException("the transform needs more memory than there is", ex);
			}
			if (!ended.complete(true)) {
				replaceThread(-1);
			}
			else if (failure == null) {
				made.complete(event);
			}
			else {
				made.completeExceptionally(failure);
			}
		}

	}

}
