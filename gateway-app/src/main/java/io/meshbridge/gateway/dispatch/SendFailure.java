package io.meshbridge.gateway.dispatch;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.bindings.EventSender;

/**
 * Finds out why a send failed, under what futures wrap it in.
 */
final class SendFailure {

	private SendFailure() {
	}

	static Throwable cause(Throwable failure) {
		Throwable cause = failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

	/**
	 * What the bridge said; anything else may pass, for nobody knows better.
	 */
	static SendException of(EventSender target, Throwable failure) {
		Throwable cause = cause(failure);
		if (cause instanceof SendException known) {
			return known;
		}
		String code = (cause instanceof CancellationException) ? "CANCELLED" : "ERROR";
		return SendException.transientFailure(code, target + ": " + cause, cause);
	}

}
