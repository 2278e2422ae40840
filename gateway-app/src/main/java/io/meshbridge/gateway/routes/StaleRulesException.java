package io.meshbridge.gateway.routes;

import org.jspecify.annotations.Nullable;

/**
 * Somebody wants to change rules that are not what he takes them for.
 */
public final class StaleRulesException extends RuntimeException {

	private final @Nullable RulesRevision changed;

	/**
	 * @param changed who changed them last and when, if that is known
	 */
	StaleRulesException(String message, @Nullable RulesRevision changed) {
		super((changed == null) ? message
				: message + "; revision " + changed.number() + " by " + changed.author() + " at " + changed.time());
		this.changed = changed;
	}

	/**
	 * The change that he does not know of.
	 */
	public @Nullable RulesRevision changed() {
		return this.changed;
	}

}
