package io.meshbridge.bridge;

import org.springframework.cloud.stream.binder.Binder;
import org.springframework.messaging.MessageChannel;

/**
 * One protocol family: everything around a Spring Cloud Stream binder that turns its
 * messages into CloudEvents without losing one. The gateway picks the bridge whose
 * {@link #binderType()} is the type of the binder that an endpoint names; a binder
 * without a bridge is used through its channels alone.
 * <p>
 * A bridge is a singleton and is called from any thread.
 */
public interface Bridge {

	/**
	 * The binder type this bridge goes with, as named in {@code META-INF/spring.binders},
	 * for example {@code kafka}.
	 */
	String binderType();

	/**
	 * Sets up a binder instance before its first binding. Called once for every
	 * configured binder of this type.
	 * @param binderName name under {@code spring.cloud.stream.binders}, or the type
	 * @param binder the binder instance
	 */
	void prepare(String binderName, Binder<?, ?, ?> binder);

	/**
	 * Makes the inbound side of one binding. No connection is opened before the gateway
	 * binds the channel.
	 */
	Source source(SourceSpec spec);

	/**
	 * Makes the outbound side of one binding.
	 * @param channel the bound output channel; sending on it hands a message to the
	 * binder
	 */
	Target target(TargetSpec spec, MessageChannel channel);

}
