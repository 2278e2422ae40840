package io.meshbridge.gateway.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Problem;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteCompiler;
import io.meshbridge.rules.RouteTable;
import io.meshbridge.rules.RulesException;
import io.meshbridge.rules.Setting;
import io.meshbridge.rules.YamlSettings;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.stream.config.BinderProperties;
import org.springframework.cloud.stream.config.BindingProperties;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Compiles rules together with the settings around them. The gateway that runs and the
 * commands find the same, since both ask here.
 */
final class ConfiguredRules {

	private final Environment environment;

	private final GatewayProperties properties;

	private final KnownProperties known = new KnownProperties(getClass().getClassLoader());

	private final EndpointCatalog catalog;

	private final int httpPort;

	/**
	 * @param environment all settings, {@code meshbridge.routes} among them
	 * @param properties the gateway's own settings, of the same
	 */
	ConfiguredRules(Environment environment, GatewayProperties properties) {
		this.environment = environment;
		this.properties = properties;
		Binder binder = Binder.get(environment);
		this.catalog = catalog(binder, properties.channels());
		this.httpPort = binder.bind("meshbridge.http.port", Integer.class).orElse(8080);
	}

	/**
	 * What endpoints may name here.
	 */
	EndpointCatalog catalog() {
		return this.catalog;
	}

	/**
	 * Compiles the rules of all places.
	 * @param files what the files with rules say
	 * @param known problems that were found before
	 * @throws RulesException with every problem of every place
	 */
	CompiledRules compile(List<YamlSettings.RuleFile> files, List<Problem> known) {
		EnvironmentSettings settings = new EnvironmentSettings(this.environment);
		List<Problem> problems = new ArrayList<>(known);
		problems.addAll(this.known.check(settings));
		ChannelBacking backing = new ChannelBacking(this.properties.channels(), this.catalog);
		problems.addAll(backing.check(settings));
		List<Setting> lists = new ArrayList<>();
		Setting routes = settings.tree("meshbridge.routes");
		if (routes != null) {
			lists.add(routes);
		}
		Setting delivery = settings.tree("meshbridge.delivery");
		for (YamlSettings.RuleFile file : files) {
			if (file.routes() != null) {
				lists.add(file.routes());
			}
			delivery = (delivery != null) ? delivery : file.delivery();
		}
		RouteTable table = RouteTable.of(List.of());
		try {
			table = RouteTable.of(new RouteCompiler(this.catalog).compile(lists, delivery));
			if (problems.isEmpty()) {
				problems.addAll(backing.check(table));
				problems.addAll(withoutRegistry(table));
			}
		}
		catch (RulesException ex) {
			problems.addAll(ex.problems());
		}
		if (!problems.isEmpty()) {
			throw new RulesException(problems);
		}
		return new CompiledRules(table, lists, delivery, this.catalog, this.httpPort);
	}

	private List<Problem> withoutRegistry(RouteTable table) {
		if (this.properties.schemaRegistry().url() != null) {
			return List.of();
		}
		return table.routes()
			.stream()
			.filter(Route::asksRegistry)
			.map((route) -> new Problem(route.location(), route.id(),
					"asks a schema registry, and there is none; expected meshbridge.schema-registry.url to be set"))
			.toList();
	}

	private static EndpointCatalog catalog(Binder binder, GatewayProperties.Channels channels) {
		Map<String, BinderProperties> binders = binder
			.bind("spring.cloud.stream.binders", Bindable.mapOf(String.class, BinderProperties.class))
			.orElse(Map.of());
		Map<String, BindingProperties> bindings = binder
			.bind("spring.cloud.stream.bindings", Bindable.mapOf(String.class, BindingProperties.class))
			.orElse(Map.of());
		String defaultBinder = binder.bind("spring.cloud.stream.default-binder", String.class).orElse("");
		Map<String, String> types = new HashMap<>();
		binderTypes().forEach((name) -> types.put(name, name));
		binders.forEach((name, properties) -> types.put(name,
				StringUtils.hasText(properties.getType()) ? properties.getType() : name));
		// A channel is no destination of a binder, though the embedded ones have one.
		types.remove(Endpoint.AtChannel.PREFIX);
		Map<String, String> bindingTypes = new HashMap<>();
		bindings.forEach((name, properties) -> {
			String at = StringUtils.hasText(properties.getBinder()) ? properties.getBinder() : defaultBinder;
			bindingTypes.put(name, types.getOrDefault(at, at));
		});
		boolean kept = !channels.backing().equals(GatewayProperties.Channels.EMBEDDED)
				|| binder.bind("meshbridge.embedded-broker.enabled", Boolean.class).orElse(true);
		return new EndpointCatalog(types.keySet(), bindings.keySet(), types, bindingTypes, kept);
	}

	/**
	 * The binders on the class path.
	 */
	private static Set<String> binderTypes() {
		Set<String> names = new TreeSet<>();
		try {
			for (URL url : Collections
				.list(ConfiguredRules.class.getClassLoader().getResources("META-INF/spring.binders"))) {
				try (var in = url.openStream()) {
					Properties types = new Properties();
					types.load(in);
					names.addAll(types.stringPropertyNames());
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("the binders on the class path can't be listed", ex);
		}
		return names;
	}

}
