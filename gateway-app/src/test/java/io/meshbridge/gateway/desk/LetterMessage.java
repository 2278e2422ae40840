package io.meshbridge.gateway.desk;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message in a dead letter sink of the test.
 */
final class LetterMessage implements InboundMessage {

	private final CloudEvent letter;

	private volatile @Nullable Throwable refused;

	private volatile boolean accepted;

	LetterMessage(CloudEvent letter) {
		this.letter = letter;
	}

	@Override
	public Content content() {
		return new Content.Event(this.letter);
	}

	@Override
	public @Nullable Object orderKey() {
		return null;
	}

	@Override
	public int sizeBytes() {
		return 500;
	}

	@Override
	public void accept() {
		this.accepted = true;
	}

	@Override
	public void refuse(Throwable reason) {
		this.refused = reason;
	}

	boolean accepted() {
		return this.accepted;
	}

	@Nullable Throwable refused() {
		return this.refused;
	}

}
