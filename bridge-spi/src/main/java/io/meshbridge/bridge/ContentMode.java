package io.meshbridge.bridge;

/**
 * How a CloudEvent is laid out in a protocol message (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#message">CloudEvents
 * 1.0.2, Message</a>).
 */
public enum ContentMode {

	/**
	 * The data is the message's body, the attributes are its headers.
	 */
	BINARY,

	/**
	 * The whole event is one JSON document in the message's body.
	 */
	STRUCTURED

}
