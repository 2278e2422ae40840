package io.meshbridge.gateway.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * Neither a target nor its dead letter sink took an event, so its source must keep it.
 */
public final class UndeliveredException extends Exception {

	UndeliveredException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
