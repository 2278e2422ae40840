package io.meshbridge.rules;

import org.jspecify.annotations.Nullable;

/** stub */
public final class YamlSettings {

	private YamlSettings() {
	}

	public static RuleFile ruleFile(String resource, String text) {
		return new RuleFile(null, null);
	}

	public record RuleFile(@Nullable Setting routes, @Nullable Setting delivery) {
	}

}
