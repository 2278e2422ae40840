package io.meshbridge.gateway.bindings;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is bound to a broker as soon as the broker lets us. Tries again after 1
 * s, doubling to 30 s, and logs a line when the outcome changes, not at each try.
 *
 * @param <T> what is held while bound
 */
final class Supervised<T> {

	private static final Logger logger = LoggerFactory.getLogger(Supervised.class);

	private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

	private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

	private final String name;

	private final Supplier<T> bind;

	private final Consumer<T> unbind;

	private final Runnable whenBound;

	private final BindingThreads threads;

	/** Written under the lock, read without. */
	private volatile @Nullable T bound;

	private volatile @Nullable String problem;

	private volatile boolean closed;

	Supervised(String name, Supplier<T> bind, Consumer<T> unbind, Runnable whenBound, BindingThreads threads) {
		this.name = name;
		this.bind = bind;
		this.unbind = unbind;
		this.whenBound = whenBound;
		this.threads = threads;
	}

	void open() {
		this.threads.run(() -> tryToBind(FIRST_DELAY));
	}

	private void tryToBind(Duration nextDelay) {
		if (this.closed) {
			return;
		}
		T made;
		try {
			made = this.bind.get();
		}
		catch (RuntimeException ex) {
			failed(ex, nextDelay);
			return;
		}
		if (keep(made)) {
			logger.info("{}: bound", this.name);
			this.whenBound.run();
		}
		else {
			this.unbind.accept(made);
		}
	}

	private synchronized boolean keep(T made) {
		if (this.closed) {
			return false;
		}
		this.bound = made;
		this.problem = null;
		return true;
	}

	private void failed(RuntimeException ex, Duration nextDelay) {
		String text = deepest(ex);
		if (!text.equals(this.problem) && !this.closed) {
			logger.warn("{}: not bound, trying again: {}", this.name, text);
			logger.debug("{}: not bound", this.name, ex);
		}
		this.problem = text;
		Duration doubled = nextDelay.multipliedBy(2);
		Duration following = (doubled.compareTo(LONGEST_DELAY) < 0) ? doubled : LONGEST_DELAY;
		try {
			this.threads.runLater(nextDelay, () -> tryToBind(following));
		}
		catch (RejectedExecutionException rejected) {
			logger.debug("{}: the gateway stops, not tried again", this.name, rejected);
		}
	}

	private static String deepest(Throwable ex) {
		Throwable cause = ex;
		while (cause.getCause() != null && cause.getCause() != cause) {
			cause = cause.getCause();
		}
		return (cause.getMessage() == null) ? cause.getClass().getSimpleName() : cause.getMessage();
	}

	@Nullable T bound() {
		return this.bound;
	}

	@Nullable String problem() {
		return this.problem;
	}

	String problemText() {
		String text = this.problem;
		return (text == null) ? "still binding" : text;
	}

	BindingStatus.State state() {
		if (this.closed) {
			return BindingStatus.State.CLOSED;
		}
		return (this.bound == null) ? BindingStatus.State.WAITING : BindingStatus.State.BOUND;
	}

	void close() {
		T held;
		synchronized (this) {
			this.closed = true;
			held = this.bound;
			this.bound = null;
		}
		if (held != null) {
			this.unbind.accept(held);
			logger.info("{}: unbound", this.name);
		}
	}

}
