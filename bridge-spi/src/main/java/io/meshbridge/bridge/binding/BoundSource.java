package io.meshbridge.bridge.binding;

import java.util.List;

import io.meshbridge.bridge.Source;

import org.springframework.cloud.stream.binder.Binding;
import org.springframework.cloud.stream.binder.DefaultBinding;

/**
 * A source that is being read.
 */
public final class BoundSource {

	private final Source source;

	private final List<? extends Binding<?>> bindings;

	BoundSource(Source source, List<? extends Binding<?>> bindings) {
		this.source = source;
		this.bindings = List.copyOf(bindings);
	}

	/**
	 * The bridge's part of it.
	 */
	public Source source() {
		return this.source;
	}

	/**
	 * Whether {@link #pause()} and {@link #resume()} have an effect.
	 */
	public boolean pausable() {
		return this.bindings.stream()
			.allMatch((binding) -> binding instanceof DefaultBinding<?> known && known.isPausable());
	}

	/**
	 * Stops the flow of messages, without giving the binding up. Some may still arrive.
	 */
	public void pause() {
		this.bindings.forEach(Binding::pause);
	}

	/**
	 * Lets messages flow again.
	 */
	public void resume() {
		this.bindings.forEach(Binding::resume);
	}

	/**
	 * Ends the binding. Messages that are not settled stay with the broker and come
	 * again.
	 */
	public void unbind() {
		this.source.unbinding();
		this.bindings.forEach(Binding::unbind);
		this.source.close();
	}

}
