package io.meshbridge.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * A series of numbered events. Event {@code n} has key {@code n % keys} and, within that
 * key, sequence number {@code n / keys}; both are in its data, a JSON object, so that
 * they can be told from the data alone. Immutable; may be used by any number of threads.
 */
public final class EventSeries {

	/**
	 * Size of each event's data in bytes, unless said otherwise.
	 */
	public static final int DATA_BYTES = 1024;

	/**
	 * Content type of the data.
	 */
	public static final String CONTENT_TYPE = "application/json";

	/**
	 * Type of each event.
	 */
	public static final String TYPE = "io.meshbridge.bench.reading";

	private static final String BEFORE_NAME = "{\"series\":\"";

	private static final String BEFORE_KEY = "\",\"key\":\"k";

	private static final String BEFORE_SEQUENCE = "\",\"sequence\":\"";

	private static final String BEFORE_PADDING = "\",\"padding\":\"";

	private static final int NAME_LENGTH = 8;

	private static final int KEY_DIGITS = 4;

	private static final int SEQUENCE_DIGITS = 10;

	private static final int KEY_OFFSET = BEFORE_NAME.length() + NAME_LENGTH + BEFORE_KEY.length();

	private static final int SEQUENCE_OFFSET = KEY_OFFSET + KEY_DIGITS + BEFORE_SEQUENCE.length();

	private final String name;

	private final int keys;

	private final boolean attributes;

	private final byte[] template;

	private final String[] keyNames;

	/**
	 * Describes a series.
	 * @param name tells its events from those of other series, 8 ASCII letters or digits
	 * @param keys number of keys, 1 to 10,000
	 * @param attributes whether the events are CloudEvents; else they are plain messages
	 */
	public EventSeries(String name, int keys, boolean attributes) {
		this(name, keys, attributes, DATA_BYTES);
	}

	/**
	 * Describes a series of larger or smaller events.
	 * @param name tells its events from those of other series, 8 ASCII letters or digits
	 * @param keys number of keys, 1 to 10,000
	 * @param attributes whether the events are CloudEvents; else they are plain messages
	 * @param dataBytes size of each event's data, at least 100
	 */
	public EventSeries(String name, int keys, boolean attributes, int dataBytes) {
		if (name.length() != NAME_LENGTH || keys < 1 || keys > 10_000) {
			throw new IllegalArgumentException("series '" + name + "' with " + keys
					+ " keys, expected a name of 8 characters and 1 to 10,000 keys");
		}
		this.name = name;
		this.keys = keys;
		this.attributes = attributes;
		String start = BEFORE_NAME + name + BEFORE_KEY + "0".repeat(KEY_DIGITS) + BEFORE_SEQUENCE
				+ "0".repeat(SEQUENCE_DIGITS) + BEFORE_PADDING;
		this.template = (start + "x".repeat(dataBytes - start.length() - 2) + "\"}")
			.getBytes(StandardCharsets.US_ASCII);
		this.keyNames = new String[keys];
		for (int key = 0; key < keys; key++) {
			this.keyNames[key] = "k%04d".formatted(key);
		}
	}

	/**
	 * Number of keys.
	 */
	public int keys() {
		return this.keys;
	}

	/**
	 * Size of each event's data in bytes.
	 */
	public int dataBytes() {
		return this.template.length;
	}

	/**
	 * Whether its events are plain messages, without attributes.
	 */
	public boolean plain() {
		return !this.attributes;
	}

	/**
	 * Key of an event, such as {@code k0007}.
	 */
	public String key(long number) {
		return this.keyNames[(int) (number % this.keys)];
	}

	/**
	 * Data of an event.
	 */
	public byte[] data(long number) {
		byte[] data = this.template.clone();
		write(data, KEY_OFFSET, KEY_DIGITS, number % this.keys);
		write(data, SEQUENCE_OFFSET, SEQUENCE_DIGITS, number / this.keys);
		return data;
	}

	/**
	 * Hands out the CloudEvents attributes of an event, without the content type; none
	 * for plain messages.
	 */
	public void attributes(long number, BiConsumer<String, String> attribute) {
		if (!this.attributes) {
			return;
		}
		attribute.accept("specversion", "1.0");
		attribute.accept("id", this.name + "-" + number);
		attribute.accept("source", "/bench/" + this.name);
		attribute.accept("type", TYPE);
		attribute.accept("subject", key(number));
		attribute.accept("time", "2026-01-01T00:00:00Z");
		attribute.accept("partitionkey", key(number));
	}

	/**
	 * The next event of a sender, where each key belongs to one of them.
	 * @param number after which one
	 * @param sender sends the keys that leave this rest
	 * @param senders how many there are, at most as many as keys
	 */
	long next(long number, int sender, int senders) {
		long next = number + 1;
		int key = (int) (next % this.keys);
		int own = key + Math.floorMod(sender - key, senders);
		return next - key + ((own < this.keys) ? own : this.keys + sender);
	}

	/**
	 * Finds out which event arrived.
	 * @return its key and sequence number, or {@code null} if it is none of this series
	 */
	@Nullable Position position(byte[] data) {
		if (data.length != this.template.length || !Arrays.equals(data, 0, KEY_OFFSET, this.template, 0, KEY_OFFSET)) {
			return null;
		}
		long key = read(data, KEY_OFFSET, KEY_DIGITS);
		long sequence = read(data, SEQUENCE_OFFSET, SEQUENCE_DIGITS);
		return (key < 0 || key >= this.keys || sequence < 0) ? null : new Position((int) key, sequence);
	}

	private static void write(byte[] data, int offset, int digits, long value) {
		long rest = value;
		for (int i = offset + digits - 1; i >= offset; i--) {
			data[i] = (byte) ('0' + rest % 10);
			rest /= 10;
		}
	}

	private static long read(byte[] data, int offset, int digits) {
		long value = 0;
		for (int i = offset; i < offset + digits; i++) {
			if (data[i] < '0' || data[i] > '9') {
				return -1;
			}
			value = value * 10 + data[i] - '0';
		}
		return value;
	}

	record Position(int key, long sequence) {
	}

}
