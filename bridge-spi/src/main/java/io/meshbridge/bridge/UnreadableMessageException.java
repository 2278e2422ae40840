package io.meshbridge.bridge;

import org.jspecify.annotations.Nullable;

/**
 * A message that claims to be a CloudEvent breaks its rules. The message text names the
 * attribute or the byte and says what was expected.
 */
public final class UnreadableMessageException extends Exception {

	private final @Nullable String attribute;

	private final long byteOffset;

	private final int batchIndex;

	private UnreadableMessageException(String message, @Nullable String attribute, long byteOffset, int batchIndex,
			@Nullable Throwable cause) {
		super(message, cause);
		this.attribute = attribute;
		this.byteOffset = byteOffset;
		this.batchIndex = batchIndex;
	}

	/**
	 * The message as a whole is wrong.
	 */
	public static UnreadableMessageException of(String problem) {
		return new UnreadableMessageException(problem, null, -1, -1, null);
	}

	/**
	 * One context attribute is missing or has an impossible value.
	 */
	public static UnreadableMessageException attribute(String attribute, String problem) {
		return new UnreadableMessageException("attribute '" + attribute + "' " + problem, attribute, -1, -1, null);
	}

	/**
	 * The bytes can't be parsed.
	 * @param byteOffset of the first wrong byte, from 0
	 */
	public static UnreadableMessageException atByte(long byteOffset, String problem, @Nullable Throwable cause) {
		return new UnreadableMessageException("byte " + byteOffset + ": " + problem, null, byteOffset, -1, cause);
	}

	/**
	 * Name of the attribute at fault, or {@code null}.
	 */
	public @Nullable String attribute() {
		return this.attribute;
	}

	/**
	 * Offset of the first wrong byte, from 0, or -1 when no single byte is at fault.
	 */
	public long byteOffset() {
		return this.byteOffset;
	}

	/**
	 * The same problem, as that of one event of a batch.
	 * @param index of the event, from 0
	 */
	public UnreadableMessageException inBatch(int index) {
		return new UnreadableMessageException("event " + index + " of the batch: " + getMessage(), this.attribute,
				this.byteOffset, index, this);
	}

	/**
	 * Which event of a batch is at fault, from 0, or -1 when it is not known or no batch.
	 */
	public int batchIndex() {
		return this.batchIndex;
	}

}
