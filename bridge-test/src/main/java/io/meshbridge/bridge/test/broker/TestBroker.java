package io.meshbridge.bridge.test.broker;

/**
 * A broker that tests may stop and start. It listens on the loopback interface, on the
 * same port all the time.
 */
public interface TestBroker {

	/**
	 * What it is, for the reader of a test run.
	 */
	String description();

	/**
	 * Whether it only speaks the protocol of the broker that a suite is meant for. A
	 * harness declares the rules unsupported that the stand-in can't keep.
	 */
	default boolean standIn() {
		return false;
	}

	/**
	 * Port that clients connect to, on {@code 127.0.0.1}.
	 */
	int port();

	/**
	 * Starts it again with its data; returns when it takes connections.
	 */
	void start();

	/**
	 * Stops it in order; returns when it is gone. Its data stays.
	 */
	void stop();

	/**
	 * Ends it at once, as a crash does, where it is a process or a container; stops it
	 * elsewhere. Its data stays.
	 */
	default void kill() {
		stop();
	}

	/**
	 * Keeps it from answering. Where it is a process or a container its connections stay
	 * open.
	 */
	void suspend();

	/**
	 * Ends {@link #suspend()}.
	 */
	void resume();

	/**
	 * Ends it for good, and its data.
	 */
	default void dispose() {
		stop();
	}

}
