package io.meshbridge.gateway.story;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What an entry tells. The codes are in files, so none is ever used again.
 */
enum Kind {

	/**
	 * The event came in: its binding, then the routes that it matched with their targets,
	 * each a line.
	 */
	RECEIVED(1),

	/** It came in and was not taken: binding. */
	REFUSED(2),

	/** The target, or the channel, holds it: route, target, attempts. */
	DELIVERED(3),

	/** An attempt failed: route, target, code, attempt. */
	ATTEMPT_FAILED(4),

	/** Its target is out: route, target. */
	WAITS(5),

	/** Neither the target nor the dead letter sink took it: route, target. */
	HELD(6),

	/** The dead letter sink holds it: route, target, sink, code, attempts. */
	DEAD_LETTERED(7),

	/** It stays with its source: route, target. */
	GIVEN_BACK(8),

	/** It goes nowhere, for nobody wants it any more: route, target. */
	DROPPED(9),

	/** It goes nowhere, for the route has it already: route, target. */
	DUPLICATE(10);

	private static final Kind[] BY_CODE = new Kind[11];

	static {
		for (Kind kind : values()) {
			BY_CODE[kind.code] = kind;
		}
	}

	private final int code;

	Kind(int code) {
		this.code = code;
	}

	int code() {
		return this.code;
	}

	static @Nullable Kind of(int code) {
		return (code > 0 && code < BY_CODE.length) ? BY_CODE[code] : null;
	}

	/**
	 * Whether nothing is left to do after it, here or at the source.
	 */
	boolean settles() {
		return this == DELIVERED || this == DEAD_LETTERED || this == DROPPED || this == DUPLICATE;
	}

	/**
	 * As the admin API writes it.
	 */
	String word() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
