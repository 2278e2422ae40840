package io.meshbridge.bridge.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.binding.BoundTarget;
import org.jspecify.annotations.Nullable;

/**
 * A target as the gateway binds it.
 */
public final class TestTarget {

	private final TargetSpec spec;

	private final Duration patience;

	private final Retrying<BoundTarget> link;

	TestTarget(TargetSpec spec, Duration patience, Bindings bindings) {
		this.spec = spec;
		this.patience = patience;
		this.link = new Retrying<>("target " + spec.destination(), () -> bindings.bindTarget(spec),
				BoundTarget::unbind);
	}

	/**
	 * Waits until it is bound, or a first attempt to bind it has failed.
	 */
	void awaitTried() {
		this.link.awaitTried(this.patience);
	}

	/**
	 * Waits until the broker lets us write.
	 */
	public TestTarget awaitBound() {
		this.link.await(this.patience);
		return this;
	}

	/**
	 * The bridge's part of it.
	 */
	public Target target() {
		return this.link.await(this.patience).target();
	}

	/**
	 * Sends an event, in binary mode, with a time-out of 10 s.
	 * @return as of {@link Target#send(Outbound)}
	 */
	public CompletableFuture<Void> send(CloudEvent event) {
		return send(event, ContentMode.BINARY, null, Duration.ofSeconds(10));
	}

	/**
	 * Sends an event.
	 * @return as of {@link Target#send(Outbound)}
	 */
	public CompletableFuture<Void> send(CloudEvent event, ContentMode mode, @Nullable String key, Duration timeout) {
		byte[] recordKey = (key == null) ? null : key.getBytes(StandardCharsets.UTF_8);
		return target().send(new Outbound(event, recordKey, mode, timeout));
	}

	/**
	 * Sends an event and waits for the broker; fails when it does not accept it.
	 */
	public void sendNow(CloudEvent event, ContentMode mode) {
		SendException failure = outcome(send(event, mode, null, this.patience), this.patience.plusSeconds(10));
		if (failure != null) {
			throw new AssertionError(
					this.spec.destination() + ": event " + event.getId() + " not sent: " + failure.getMessage(),
					failure);
		}
	}

	/**
	 * Waits for the end of a send.
	 * @return why it failed, {@code null} when the broker accepted the event
	 * @throws AssertionError when it is still under way after the wait, or failed with
	 * something else than a {@link SendException}
	 */
	public @Nullable SendException outcome(CompletableFuture<Void> send, Duration wait) {
		try {
			send.get(wait.toMillis(), TimeUnit.MILLISECONDS);
			return null;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(this.spec.destination() + ": interrupted while waiting for a send", ex);
		}
		catch (TimeoutException ex) {
			throw new AssertionError(
					this.spec.destination() + ": a send was neither confirmed nor failed within " + wait, ex);
		}
		catch (ExecutionException ex) {
			Throwable cause = ex.getCause();
			while (cause instanceof CompletionException && cause.getCause() != null) {
				cause = cause.getCause();
			}
			if (cause instanceof SendException failure) {
				return failure;
			}
			throw new AssertionError(
					this.spec.destination() + ": a send failed with " + cause + ", expected a SendException", cause);
		}
	}

	/**
	 * Why the last attempt to bind failed, {@code null} when it did not.
	 */
	@Nullable Throwable bindProblem() {
		return this.link.problem();
	}

	boolean bound() {
		return this.link.boundOrNull() != null;
	}

	void close() {
		this.link.close();
	}

}
