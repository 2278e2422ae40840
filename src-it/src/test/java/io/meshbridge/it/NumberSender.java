package io.meshbridge.it;

/**
 * A client that sends numbered events and hears which of them were taken. It repeats
 * nothing: when its connection breaks, what was not acknowledged is forgotten, and its
 * owner goes on with a new one.
 */
interface NumberSender extends AutoCloseable {

	/**
	 * Sends one event; may return before it is acknowledged.
	 * @param acknowledged called when whoever took it holds it
	 * @throws Exception when the connection is broken
	 */
	void send(String destination, LedgerEvent event, Runnable acknowledged) throws Exception;

	@Override
	void close();

}
