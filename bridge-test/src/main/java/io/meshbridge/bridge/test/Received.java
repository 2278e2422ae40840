package io.meshbridge.bridge.test;

import java.nio.charset.StandardCharsets;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.PlainMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message that a {@link TestSource} took.
 *
 * @param message to be settled
 * @param content read once, on the binder's thread
 */
public record Received(InboundMessage message, Content content) {

	/**
	 * The event in it.
	 */
	public CloudEvent event() {
		if (this.content instanceof Content.Event found) {
			return found.event();
		}
		throw new AssertionError("expected an event, found " + describe());
	}

	/**
	 * The plain message in it.
	 */
	public PlainMessage plain() {
		if (this.content instanceof Content.Plain found) {
			return found.message();
		}
		throw new AssertionError("expected a plain message, found " + describe());
	}

	/**
	 * Why it can't be read.
	 */
	public Content.Unreadable unreadable() {
		if (this.content instanceof Content.Unreadable found) {
			return found;
		}
		throw new AssertionError("expected an unreadable message, found " + describe());
	}

	/**
	 * The data as UTF-8, whatever the content.
	 */
	public String text() {
		byte[] data = data();
		return (data == null) ? "" : new String(data, StandardCharsets.UTF_8);
	}

	private byte @Nullable [] data() {
		if (this.content instanceof Content.Event found) {
			return (found.event().getData() == null) ? null : found.event().getData().toBytes();
		}
		if (this.content instanceof Content.Plain found) {
			return found.message().data();
		}
		return unreadable().message().data();
	}

	private String describe() {
		if (this.content instanceof Content.Event found) {
			return "the event " + found.event();
		}
		if (this.content instanceof Content.Plain found) {
			return "a plain message of type '" + found.message().contentType() + "', headers "
					+ found.message().headers();
		}
		if (this.content instanceof Content.Unreadable found) {
			return "an unreadable message: " + found.reason().getMessage();
		}
		return "nothing";
	}

	/**
	 * Settles it.
	 */
	public void accept() {
		this.message.accept();
	}

	/**
	 * Hands it back.
	 */
	public void refuse() {
		this.message.refuse(new IllegalStateException("refused by the test"));
	}

}
