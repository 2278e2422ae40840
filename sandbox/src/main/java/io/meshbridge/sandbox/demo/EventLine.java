package io.meshbridge.sandbox.demo;

import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * One line of the screen for one event: time, target, type, id, subject, data.
 */
final class EventLine {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

	private static final String COLUMNS = "%-8s  %s  %-18s  %-10s  %-10s  %s";

	private static final int TARGET_WIDTH = 21;

	private static final int DATA_LIMIT = 60;

	private static final int ID_LIMIT = 10;

	private static final String RESET = "\033[0m";

	private final boolean colour;

	EventLine(boolean colour) {
		this.colour = colour;
	}

	String heading() {
		return String.format(Locale.ROOT, COLUMNS, "time", target("arrived at"), "type", "id", "subject", "data");
	}

	String of(LocalTime time, Arrival event) {
		return String.format(Locale.ROOT, COLUMNS, TIME.format(time), target(event.target()),
				printable(event.attribute("type"), DATA_LIMIT), printable(event.attribute("id"), ID_LIMIT),
				printable(event.attribute("subject"), DATA_LIMIT), printable(event.dataText(), DATA_LIMIT));
	}

	private String target(String target) {
		String padded = String.format(Locale.ROOT, "%-" + TARGET_WIDTH + "s", printable(target, DATA_LIMIT));
		// Each protocol has its own.
		String code = switch (target.substring(0, Math.max(0, target.indexOf(':')))) {
			case "kafka" -> "\033[36m";
			case "rabbit" -> "\033[33m";
			case "mqtt" -> "\033[32m";
			case "http" -> "\033[35m";
			default -> "";
		};
		return (this.colour && !code.isEmpty()) ? code + padded + RESET : padded;
	}

	/**
	 * Cut to the limit, and without what a terminal would take for a command: events come
	 * from anybody.
	 */
	private static String printable(String text, int limit) {
		StringBuilder line = new StringBuilder();
		text.codePoints().limit(limit + 1L).forEach((character) -> {
			boolean shown = !Character.isISOControl(character) && Character.isDefined(character)
					&& Character.getType(character) != Character.SURROGATE
					&& Character.getType(character) != Character.FORMAT;
			line.appendCodePoint(shown ? character : ' ');
		});
		if (line.codePointCount(0, line.length()) <= limit) {
			return line.toString();
		}
		return line.substring(0, line.offsetByCodePoints(0, limit - 2)) + "..";
	}

}
