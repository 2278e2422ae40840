package io.meshbridge.gateway.bindings;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.binding.BoundTarget;
import org.jspecify.annotations.Nullable;

/**
 * A target that routes send to, whether or not its broker is there at the moment.
 */
public final class TargetBinding implements EventSender {

	private final TargetSpec spec;

	private final Supervised<BoundTarget> link;

	private final @Nullable LongAdder confirmed;

	private volatile Runnable whenBound = () -> {
	};

	/**
	 * @param confirmed counts what the target took, or {@code null}
	 */
	TargetBinding(TargetSpec spec, Bindings bindings, BindingThreads threads, @Nullable LongAdder confirmed) {
		this.spec = spec;
		this.confirmed = confirmed;
		this.link = new Supervised<>("target " + spec.bindingName(), () -> bindings.bindTarget(spec),
				BoundTarget::unbind, () -> this.whenBound.run(), threads);
	}

	void open() {
		this.link.open();
	}

	/**
	 * {@inheritDoc} Fails at once, as something that may pass, while the target is not
	 * bound.
	 */
	@Override
	public CompletableFuture<Void> send(Outbound outbound) {
		BoundTarget bound = this.link.bound();
		if (bound == null) {
			return CompletableFuture.failedFuture(SendException.unreachable("NOT_BOUND",
					this.spec.destination() + ": not connected: " + this.link.problemText(), null));
		}
		CompletableFuture<Void> sent = bound.target().send(outbound);
		LongAdder counter = this.confirmed;
		if (counter != null) {
			// Beside the future, not behind it: whoever cancels must cancel the send.
			sent.thenRun(counter::increment);
		}
		return sent;
	}

	@Override
	public boolean keepsOrder() {
		BoundTarget bound = this.link.bound();
		return bound != null && bound.target().keepsOrder();
	}

	@Override
	public boolean processesEvents() {
		BoundTarget bound = this.link.bound();
		return bound != null && bound.target().processesEvents();
	}

	/**
	 * Hears each time that the broker lets itself be bound.
	 */
	public void whenBound(Runnable listener) {
		this.whenBound = listener;
	}

	/**
	 * What an operator sees of it.
	 */
	public BindingStatus status() {
		return new BindingStatus(this.spec.bindingName(), BindingStatus.Kind.TARGET, this.link.state(), null,
				this.link.problem(), this.spec.binderName(), this.spec.destination(), null);
	}

	/**
	 * Ends it; returns when the binder has let go of it.
	 */
	public void close() {
		this.link.close();
	}

	@Override
	public String toString() {
		return this.spec.bindingName();
	}

}
