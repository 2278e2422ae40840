package io.meshbridge.bridge.binding;

import io.meshbridge.bridge.Target;

import org.springframework.cloud.stream.binder.Binding;

/**
 * A target that takes events.
 *
 * @param target the bridge's part of it
 * @param binding the binder's part of it
 */
public record BoundTarget(Target target, Binding<?> binding) {

	/**
	 * Ends the binding and fails what is still under way.
	 */
	public void unbind() {
		this.binding.unbind();
		this.target.close();
	}

}
