package io.meshbridge.bridge.http.inbound;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

/**
 * Gathers the body of a request in one array. Used by one event loop thread.
 */
final class RequestBody {

	private static final byte[] EMPTY = new byte[0];

	private final long limitBytes;

	private byte[] bytes = EMPTY;

	private int length;

	/**
	 * Begins a body.
	 * @param announcedBytes value of {@code Content-Length}, or -1
	 */
	RequestBody(long announcedBytes, long limitBytes) {
		this.limitBytes = limitBytes;
		if (announcedBytes > 0) {
			this.bytes = new byte[(int) Math.min(announcedBytes, limitBytes)];
		}
	}

	/**
	 * Adds what came in.
	 * @throws TooLargeException when there is too much of it
	 */
	void add(ByteBuf chunk) {
		int size = chunk.readableBytes();
		if (size > this.limitBytes - this.length) {
			throw new TooLargeException();
		}
		if (size > this.bytes.length - this.length) {
			int doubled = (int) Math.min(this.limitBytes, 2L * this.bytes.length);
			this.bytes = Arrays.copyOf(this.bytes, Math.max(this.length + size, doubled));
		}
		chunk.readBytes(this.bytes, this.length, size);
		this.length += size;
	}

	byte[] toBytes() {
		return (this.length == this.bytes.length) ? this.bytes : Arrays.copyOf(this.bytes, this.length);
	}

	/**
	 * More came in than is allowed.
	 */
	static final class TooLargeException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		TooLargeException() {
			super("too large", null, false, false);
		}

	}

}
