package io.meshbridge.bridge.http.inbound;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

/**
 * Gathers the body of a request in one array, up to the limit for events. What goes
 * beyond it is counted and let go, so that its sender can finish and see the answer, up
 * to a second limit. Used by one event loop thread.
 */
final class RequestBody {

	private static final byte[] EMPTY = new byte[0];

	private final long limitBytes;

	private final long discardLimitBytes;

	private byte[] bytes = EMPTY;

	private long length;

	/**
	 * Begins a body.
	 * @param announcedBytes value of {@code Content-Length}, or -1
	 * @param limitBytes how much is kept
	 * @param discardLimitBytes how much is read
	 */
	RequestBody(long announcedBytes, long limitBytes, long discardLimitBytes) {
		this.limitBytes = limitBytes;
		this.discardLimitBytes = discardLimitBytes;
		if (announcedBytes > 0) {
			this.bytes = new byte[(int) Math.min(announcedBytes, limitBytes)];
		}
	}

	/**
	 * Adds what came in.
	 * @throws EndlessException when it is no use to read on
	 */
	void add(ByteBuf chunk) {
		int size = chunk.readableBytes();
		long sum = this.length + size;
		if (sum > this.limitBytes) {
			this.bytes = EMPTY;
			if (sum > this.discardLimitBytes) {
				throw new EndlessException();
			}
		}
		else {
			if (sum > this.bytes.length) {
				int doubled = (int) Math.min(this.limitBytes, 2L * this.bytes.length);
				this.bytes = Arrays.copyOf(this.bytes, (int) Math.max(sum, doubled));
			}
			chunk.readBytes(this.bytes, (int) this.length, size);
		}
		this.length = sum;
	}

	/**
	 * How many bytes came in, kept or not.
	 */
	long length() {
		return this.length;
	}

	/**
	 * Whether more came in than was kept.
	 */
	boolean tooLarge() {
		return this.length > this.limitBytes;
	}

	byte[] toBytes() {
		return (this.length == this.bytes.length) ? this.bytes : Arrays.copyOf(this.bytes, (int) this.length);
	}

	/**
	 * The body does not end where even the one of a batch would.
	 */
	static final class EndlessException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		EndlessException() {
			super("endless", null, false, false);
		}

	}

}
