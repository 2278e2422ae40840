package io.meshbridge.gateway.story;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Stands for the source and the id of an event in 128 bits, so that an entry has one size
 * however long they are. By MurmurHash3 (x64, 128): among a thousand million events two
 * share one with a probability of 1 in 10^21.
 *
 * @param high first half
 * @param low second half
 */
record Fingerprint(long high, long low) {

	private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private static final long C1 = 0x87c37b91114253d5L;

	private static final long C2 = 0x4cf5ad432745937fL;

	static Fingerprint of(String source, String id) {
		// The id goes on from the source's hash, not from its text: no two pairs read
		// alike.
		return new Fingerprint(0, 0).with(source).with(id);
	}

	private Fingerprint with(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		long h1 = this.high;
		long h2 = this.low;
		int at = 0;
		for (; at + 16 <= bytes.length; at += 16) {
			h1 ^= first((long) LONGS.get(bytes, at));
			h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
			h2 ^= second((long) LONGS.get(bytes, at + 8));
			h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
		}
		h1 ^= first(rest(bytes, at));
		h2 ^= second(rest(bytes, at + 8));
		h1 ^= bytes.length;
		h2 ^= bytes.length;
		h1 += h2;
		h2 += h1;
		h1 = mixed(h1);
		h2 = mixed(h2);
		h1 += h2;
		return new Fingerprint(h1, h2 + h1);
	}

	private static long first(long block) {
		return Long.rotateLeft(block * C1, 31) * C2;
	}

	private static long second(long block) {
		return Long.rotateLeft(block * C2, 33) * C1;
	}

	/** Up to eight bytes from there on, the others taken for zero. */
	private static long rest(byte[] bytes, int from) {
		if (from + 8 <= bytes.length) {
			return (long) LONGS.get(bytes, from);
		}
		long rest = 0;
		for (int i = bytes.length - 1; i >= from; i--) {
			rest = (rest << 8) | (bytes[i] & 0xff);
		}
		return rest;
	}

	private static long mixed(long value) {
		long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
		mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
		return mixed ^ (mixed >>> 33);
	}

}
