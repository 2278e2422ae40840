package io.meshbridge.bridge.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.OverloadException;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.binding.BoundSource;
import org.jspecify.annotations.Nullable;

/**
 * A source as the gateway binds it. Collects what comes, settles nothing unless told so.
 */
public final class TestSource {

	private final SourceSpec spec;

	private final Duration patience;

	private final Retrying<BoundSource> link;

	private final BlockingQueue<Received> waiting = new LinkedBlockingQueue<>();

	private final List<Received> seen = new CopyOnWriteArrayList<>();

	/** Guarded by this. */
	private boolean held;

	private boolean closed;

	private volatile Consumer<? super Received> whenReceived = (received) -> {
	};

	TestSource(SourceSpec spec, Duration patience, Bindings bindings) {
		this.spec = spec;
		this.patience = patience;
		this.link = new Retrying<>("source " + spec.destination(), () -> bindings.bindSource(spec, this::receive),
				BoundSource::unbind);
	}

	private void receive(InboundMessage message, Source source) {
		if (!pass(source.flowControl())) {
			message.refuse(new OverloadException(this.spec.bindingName() + ": paused", Duration.ofSeconds(1)));
			return;
		}
		Received received = new Received(message, message.content());
		this.seen.add(received);
		this.waiting.add(received);
		this.whenReceived.accept(received);
	}

	/**
	 * Holds the binder's thread where a binding can't be paused, as the gateway does.
	 */
	private synchronized boolean pass(FlowControl flowControl) {
		try {
			while (this.held && !this.closed && flowControl != FlowControl.REFUSE) {
				wait(1000);
			}
			return !this.held && !this.closed;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Waits until it is bound, or a first attempt to bind it has failed.
	 */
	void awaitTried() {
		this.link.awaitTried(this.patience);
	}

	/**
	 * Waits until the broker lets us read.
	 */
	public TestSource awaitBound() {
		this.link.await(this.patience);
		return this;
	}

	/**
	 * Does this with every message from now on, on the binder's thread.
	 */
	public TestSource whenReceived(Consumer<? super Received> action) {
		this.whenReceived = action;
		return this;
	}

	/**
	 * Accepts every message from now on.
	 */
	public TestSource acceptAll() {
		return whenReceived(Received::accept);
	}

	/**
	 * The next message; fails when none comes in time.
	 */
	public Received next() {
		Received received = poll(this.patience);
		if (received == null) {
			throw new AssertionError(this.spec.destination() + ": nothing came within " + this.patience.toSeconds()
					+ " s, before it: " + texts());
		}
		return received;
	}

	/**
	 * The next messages; fails when not so many come in time.
	 */
	public List<Received> next(int count) {
		List<Received> received = new ArrayList<>();
		while (received.size() < count) {
			received.add(next());
		}
		return received;
	}

	/**
	 * The next message, or {@code null} when none comes within the wait.
	 */
	public @Nullable Received poll(Duration wait) {
		try {
			return this.waiting.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(this.spec.destination() + ": interrupted while waiting for a message", ex);
		}
	}

	/**
	 * Everything that came so far, also what was taken with {@link #next()}.
	 */
	public List<Received> seen() {
		return List.copyOf(this.seen);
	}

	/**
	 * The data of everything that came so far, as text, in the order of arrival.
	 */
	public List<String> texts() {
		return this.seen.stream().map(Received::text).toList();
	}

	/**
	 * Holds the source back the way the gateway does.
	 */
	public void pause() {
		BoundSource bound = this.link.await(this.patience);
		if (bound.pausable()) {
			bound.pause();
		}
		else {
			hold(true);
		}
	}

	/**
	 * Ends {@link #pause()}.
	 */
	public void resume() {
		BoundSource bound = this.link.await(this.patience);
		if (bound.pausable()) {
			bound.resume();
		}
		else {
			hold(false);
		}
	}

	private synchronized void hold(boolean hold) {
		this.held = hold;
		notifyAll();
	}

	void close() {
		synchronized (this) {
			this.closed = true;
			notifyAll();
		}
		this.link.close();
	}

}
