package io.meshbridge.gateway.story;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the event stories, which {@code GET /admin/events} tells.
 *
 * @param enabled whether it is written down what becomes of each event
 * @param maxEntries how many entries are kept, the oldest go first; an event over one
 * route to one target takes two, and each failed attempt up to five more. 64 bytes each,
 * in {@code story} under {@code meshbridge.data-dir}; 10,000 to 100,000,000
 * @param maxAge how long they are kept at most; at least 1 minute
 */
@ConfigurationProperties("meshbridge.story")
record StoryProperties(@DefaultValue("true") boolean enabled, @DefaultValue("1000000") int maxEntries,
		@DefaultValue("1d") Duration maxAge) {

	private static final int LEAST = 10_000;

	private static final int MOST = 100_000_000;

	StoryProperties {
		if (maxEntries < LEAST || maxEntries > MOST) {
			throw new IllegalArgumentException(
					"meshbridge.story.max-entries is " + maxEntries + ", expected " + LEAST + " to " + MOST);
		}
		if (maxAge.compareTo(Duration.ofMinutes(1)) < 0) {
			throw new IllegalArgumentException(
					"meshbridge.story.max-age is " + maxAge + ", expected at least 1 minute");
		}
	}

}
