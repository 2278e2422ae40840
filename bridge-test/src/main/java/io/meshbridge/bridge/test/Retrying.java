package io.meshbridge.bridge.test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A binding that is tried once a second until it works, as the gateway does it.
 *
 * @param <T> what is bound
 */
final class Retrying<T> {

	private final String name;

	private final Supplier<T> bind;

	private final Consumer<T> unbind;

	private final CompletableFuture<T> bound = new CompletableFuture<>();

	private final CompletableFuture<Void> tried = new CompletableFuture<>();

	private final CompletableFuture<Void> closing = new CompletableFuture<>();

	private final ExecutorService thread;

	private volatile @Nullable RuntimeException problem;

	Retrying(String name, Supplier<T> bind, Consumer<T> unbind) {
		this.name = name;
		this.bind = bind;
		this.unbind = unbind;
		this.thread = Executors.newSingleThreadExecutor((task) -> {
			Thread made = new Thread(task, "bind-" + name);
			made.setDaemon(true);
			return made;
		});
		this.thread.execute(this::bindUntilItWorks);
	}

	private void bindUntilItWorks() {
		while (!this.closing.isDone()) {
			try {
				T made = this.bind.get();
				if (!this.bound.complete(made)) {
					this.unbind.accept(made);
				}
				return;
			}
			catch (RuntimeException ex) {
				this.problem = ex;
				this.tried.complete(null);
			}
			waitASecond();
		}
	}

	private void waitASecond() {
		try {
			this.closing.get(1, TimeUnit.SECONDS);
		}
		catch (TimeoutException ex) {
			return;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.closing.complete(null);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Waits until it is bound, or a first attempt has failed.
	 */
	void awaitTried(Duration wait) {
		try {
			CompletableFuture.anyOf(this.bound, this.tried).get(wait.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(this.name + ": interrupted while waiting for the binding", ex);
		}
		catch (TimeoutException | ExecutionException ex) {
			throw new AssertionError(this.name + ": an attempt to bind has not ended within " + wait.toSeconds() + " s",
					ex);
		}
	}

	@Nullable T boundOrNull() {
		return (this.bound.isDone() && !this.bound.isCompletedExceptionally()) ? this.bound.join() : null;
	}

	@Nullable RuntimeException problem() {
		return this.problem;
	}

	/**
	 * Waits until it is bound.
	 */
	T await(Duration wait) {
		try {
			return this.bound.get(wait.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(this.name + ": interrupted while waiting for the binding", ex);
		}
		catch (TimeoutException | ExecutionException ex) {
			RuntimeException last = this.problem;
			throw new AssertionError(
					this.name + ": not bound within " + wait.toSeconds() + " s"
							+ ((last == null) ? "" : ", last problem: " + last.getMessage()),
					(last == null) ? ex : last);
		}
	}

	void close() {
		this.closing.complete(null);
		T made = boundOrNull();
		boolean early = this.bound.completeExceptionally(new IllegalStateException("closed"));
		this.thread.shutdown();
		if (made == null && !early) {
			made = boundOrNull();
		}
		if (made != null) {
			this.unbind.accept(made);
		}
	}

}
