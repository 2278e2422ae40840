package io.meshbridge.bridge.preview;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;

/**
 * Writes events as messages of one protocol without sending them, as a target with
 * default settings does. Found by {@link java.util.ServiceLoader}, since no gateway has
 * to run for it. Stateless.
 */
public interface WirePreview {

	/**
	 * The binder type whose targets write like this.
	 */
	String binderType();

	/**
	 * The message of an event.
	 * @param destination as the binder understands it
	 * @throws SendException when the protocol can't carry it
	 */
	WireMessage write(String destination, Outbound outbound) throws SendException;

}
