package io.meshbridge.gateway.aot;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * Has no property, and notes which ones it is asked for.
 */
final class Readings extends PropertySource<Set<String>> {

	private static final String NAME = "meshbridgeReadings";

	Readings() {
		super(NAME, new ConcurrentSkipListSet<>());
	}

	/**
	 * The names that this environment was asked for.
	 */
	static Set<String> in(ConfigurableEnvironment environment) {
		return (environment.getPropertySources().get(NAME) instanceof Readings readings)
				? Set.copyOf(readings.getSource()) : Set.of();
	}

	@Override
	public @Nullable Object getProperty(String name) {
		this.source.add(name);
		return null;
	}

}
