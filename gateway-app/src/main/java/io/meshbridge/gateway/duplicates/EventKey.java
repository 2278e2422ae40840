package io.meshbridge.gateway.duplicates;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import io.cloudevents.CloudEvent;

/**
 * What makes an event the same as another: its {@code source} and {@code id} (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#id">CloudEvents
 * 1.0.2, id</a>), as 128 bits of their SHA-256. Two events that differ have the same bits
 * less often than a disk errs.
 *
 * @param high first half; never 0
 * @param low second half
 */
record EventKey(long high, long low) {

	private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(EventKey::digest);

	/** In no URI, so that what belongs to the source and what to the id is clear. */
	private static final byte SEPARATOR = ' ';

	static EventKey of(CloudEvent event) {
		MessageDigest digest = DIGEST.get();
		digest.update(event.getSource().toString().getBytes(StandardCharsets.UTF_8));
		digest.update(SEPARATOR);
		ByteBuffer hash = ByteBuffer.wrap(digest.digest(event.getId().getBytes(StandardCharsets.UTF_8)));
		long high = hash.getLong();
		// An empty slot of a segment is all zeros.
		return new EventKey((high == 0) ? 1 : high, hash.getLong());
	}

	private static MessageDigest digest() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

}
