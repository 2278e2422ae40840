package io.meshbridge.bridge.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * The rules for topic names and filters (<a href=
 * "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901241">MQTT 5,
 * 4.7 Topic Names and Topic Filters</a>).
 */
final class Topics {

	/** How a shared subscription starts (MQTT 5, 4.8.2). */
	static final String SHARE = "$share/";

	private static final int MAX_BYTES = 65_535;

	private Topics() {
	}

	/**
	 * What is wrong with a topic to publish to, or {@code null}.
	 */
	static @Nullable String problemWithName(String topic) {
		String problem = problemWithText(topic);
		if (problem == null && (topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0)) {
			problem = "topic '" + topic + "' has a wildcard, expected a topic name without '+' and '#'";
		}
		return problem;
	}

	/**
	 * What is wrong with a filter to subscribe to, or {@code null}.
	 */
	static @Nullable String problemWithFilter(String filter) {
		String problem = problemWithText(filter);
		if (problem != null) {
			return problem;
		}
		String[] levels = filter.split("/", -1);
		for (int i = 0; i < levels.length; i++) {
			String level = levels[i];
			if (level.length() > 1 && (level.indexOf('+') >= 0 || level.indexOf('#') >= 0)) {
				return "topic filter '" + filter + "' has a wildcard inside level '" + level
						+ "', expected '+' or '#' alone in a level";
			}
			if (level.equals("#") && i < levels.length - 1) {
				return "topic filter '" + filter + "' goes on after '#', expected it as the last level";
			}
		}
		return null;
	}

	/**
	 * What is wrong with the name of a group that shares a subscription, or {@code null}.
	 */
	static @Nullable String problemWithGroup(String group) {
		if (group.isEmpty() || group.indexOf('/') >= 0 || group.indexOf('+') >= 0 || group.indexOf('#') >= 0) {
			return "group '" + group + "' can't name a shared subscription, expected a name without '/', '+' and '#'";
		}
		return null;
	}

	private static @Nullable String problemWithText(String topic) {
		if (topic.isEmpty()) {
			return "topic '' is empty, expected at least one character";
		}
		if (!representable(topic)) {
			return "topic '" + printable(topic) + "' has a control character or half a surrogate pair";
		}
		int length = Packet.utf8Length(topic);
		if (length > MAX_BYTES) {
			return "topic '" + topic.substring(0, 40) + "...' has " + length + " bytes, the limit is " + MAX_BYTES;
		}
		return null;
	}

	/**
	 * Whether MQTT and its client can carry this text as a string (MQTT 5, 1.5.4).
	 */
	static boolean representable(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (Character.isISOControl(c) || (c >= 0xfdd0 && c <= 0xfddf) || c >= 0xfffe) {
				return false;
			}
			if (Character.isSurrogate(c)) {
				int codePoint = text.codePointAt(i);
				if (!Character.isSupplementaryCodePoint(codePoint) || (codePoint & 0xfffe) == 0xfffe) {
					return false;
				}
				i++;
			}
		}
		return true;
	}

	private static String printable(String text) {
		StringBuilder out = new StringBuilder(text.length());
		text.chars()
			.forEach((c) -> out.append(
					(Character.isISOControl(c) || Character.isSurrogate((char) c)) ? "?" : String.valueOf((char) c)));
		return out.toString();
	}

}
