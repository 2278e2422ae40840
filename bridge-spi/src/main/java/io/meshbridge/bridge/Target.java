package io.meshbridge.bridge;

import java.util.concurrent.CompletableFuture;

import org.springframework.cloud.stream.binder.ProducerProperties;

/**
 * The outbound side of one binding: writes events as protocol messages and knows when the
 * broker has them.
 */
public interface Target extends AutoCloseable {

	/**
	 * Sets what the bridge relies on, such as publisher confirms. Called once, before the
	 * binding is made; it wins over the user's properties.
	 * @param properties of the binding, an {@code ExtendedProducerProperties} where the
	 * binder has extended ones
	 */
	void configure(ProducerProperties properties);

	/**
	 * The binder has made what it writes to at the broker. Called once, before the first
	 * event is sent.
	 * @throws RuntimeException when it can't be written to; the binding is given up then
	 */
	default void bound() {
	}

	/**
	 * Sends one event. Returns promptly, also when the broker is slow or down: a bridge
	 * whose client blocks does so on a thread of its own. Events handed over by one
	 * thread leave in that order. A target whose protocol has answers hands one that is
	 * an event to {@link Outbound#replyTo()}, where that is set.
	 * @return completes when, and only when, the broker has accepted the event; else
	 * fails with a {@link SendException}. Cancelling it, or interrupting the thread that
	 * sends, is a failure, never a success.
	 */
	CompletableFuture<Void> send(Outbound outbound);

	/**
	 * Whether events that are handed over in order are also accepted in order, so that
	 * many of one key may be under way at once. That includes failures: when a connection
	 * breaks, a bridge first fails everything that was handed over, also what comes in
	 * meanwhile, until nothing is left, and only then sends on a new connection; when a
	 * send is given up while the broker does not answer, it fails what is behind it; and
	 * it holds no lock that {@link #send} needs while it completes a future. Where this
	 * is {@code false} the gateway waits for each event before it sends the next one of
	 * its key.
	 */
	boolean keepsOrder();

	/**
	 * Whether the receiver works on an event before it answers, as over HTTP, so that a
	 * failure that may pass can be due to that event alone; also when nobody can tell. A
	 * broker stores events and does not look at them: when it fails in passing, it would
	 * fail with any event.
	 */
	default boolean processesEvents() {
		return false;
	}

	/**
	 * Fails what is still under way.
	 */
	@Override
	void close();

}
