package io.meshbridge.gateway.dispatch;

/**
 * Neither a target nor its dead letter sink took an event, so its source must keep it.
 */
public final class UndeliveredException extends Exception {

	UndeliveredException(String message) {
		super(message);
	}

}
