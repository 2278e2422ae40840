package io.meshbridge.bridge;

/**
 * How a source is slowed down when the gateway holds as many of its events as it may.
 */
public enum FlowControl {

	/**
	 * The binding is paused and resumed; the messages it hands over meanwhile are taken.
	 */
	PAUSE,

	/**
	 * The binder's thread waits until there is room.
	 */
	BLOCK,

	/**
	 * The sender waits for an answer, so the message is refused at once with an
	 * {@link OverloadException}, and so is one that no target could take.
	 */
	REFUSE

}
