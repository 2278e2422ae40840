package io.meshbridge.gateway.bindings;

import java.util.HashMap;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Lets binders under {@code spring.cloud.stream.binders} be there beside the plain ones.
 * Spring Cloud Stream drops every binder that is not configured as soon as one that is
 * may be the default, so ours may not, unless the user says so.
 */
class NamedBindersPostProcessor implements EnvironmentPostProcessor {

	private static final String BINDERS = "spring.cloud.stream.binders";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		Map<String, Object> binders = Binder.get(environment)
			.bind(BINDERS, Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of());
		Map<String, Object> defaults = new HashMap<>();
		binders.keySet().forEach((name) -> defaults.put(BINDERS + "." + name + ".default-candidate", false));
		if (!defaults.isEmpty()) {
			environment.getPropertySources().addLast(new MapPropertySource("meshbridgeNamedBinders", defaults));
		}
	}

}
