package io.meshbridge.rules;

import org.jspecify.annotations.Nullable;

/**
 * What may stand after {@code mqtt:} (<a href=
 * "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901241">MQTT 5.0,
 * 4.7 Topic Names and Topic Filters</a>).
 */
final class MqttTopic {

	private static final String SHARED = "$share/";

	private MqttTopic() {
	}

	/**
	 * What is wrong with a topic that events are published to, if anything.
	 */
	static @Nullable String wrongAsName(String topic) {
		if (topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
			return "has a wildcard, but events go to one topic; expected a topic without '+' and '#'";
		}
		return null;
	}

	/**
	 * What is wrong with a topic filter, if anything.
	 */
	static @Nullable String wrongAsFilter(String filter) {
		if (filter.startsWith(SHARED)) {
			return "names a shared subscription, expected the topic filter alone; the route's 'group' says who shares";
		}
		String[] levels = filter.split("/", -1);
		for (int i = 0; i < levels.length; i++) {
			String level = levels[i];
			if (level.indexOf('#') >= 0 && (level.length() > 1 || i < levels.length - 1)) {
				return "has '#' in the wrong place, expected it alone as the last level, such as 'a/#'";
			}
			if (level.indexOf('+') >= 0 && level.length() > 1) {
				return "has '+' in the wrong place, expected it alone in its level, such as 'a/+/b'";
			}
		}
		return null;
	}

}
