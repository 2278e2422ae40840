package io.meshbridge.bridge;

import java.util.function.Consumer;

import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.messaging.Message;

/**
 * The inbound side of one binding: says what the binder's messages hold and settles them
 * with the broker.
 */
public interface Source extends AutoCloseable {

	/**
	 * Sets what the bridge relies on, such as manual acknowledgement and a single
	 * attempt. Called once, before the binding is made; it wins over the user's
	 * properties.
	 * @param properties of the binding, an {@code ExtendedConsumerProperties} where the
	 * binder has extended ones
	 */
	void configure(ConsumerProperties properties);

	/**
	 * The binder has made what it reads at the broker. Called once; a channel that is not
	 * started by itself ({@link ConsumerProperties#isAutoStartup()}) is read from here
	 * on.
	 * @throws RuntimeException when it can't be read; the binding is given up then
	 */
	default void bound() {
	}

	/**
	 * Takes a message from the binding's channel apart and hands over the protocol
	 * messages it holds, in order; those that can't be read carry the reason as their
	 * {@link InboundMessage#content() content}. Called on the binder's thread, in the
	 * order of arrival. Returns without waiting for settlement, except where the binder
	 * can only be answered by returning or throwing.
	 */
	void receive(Message<?> message, Consumer<? super InboundMessage> handler);

	/**
	 * What to do with more messages than the gateway may hold at once.
	 */
	FlowControl flowControl();

	/**
	 * The binding is about to end. Returns when what is settled by now is on its way to
	 * the broker, which else would send it again, or after a moment.
	 */
	default void unbinding() {
	}

	/**
	 * Gives up what is held for settlement. Messages that are not settled by now stay
	 * with the broker and come again; settling them later has no effect.
	 */
	@Override
	void close();

}
