package io.meshbridge.gateway.routes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.channel.ChannelStore;
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
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * Reads the rules from where users write them: {@code meshbridge.routes} in any property
 * source, and the routes file.
 */
@Component
class RuleSources {

	private final Environment environment;

	private final GatewayProperties properties;

	private final Bindings bindings;

	private final BindingServiceProperties streamProperties;

	private final ObjectProvider<ChannelStore> channels;

	private final RoutesFile file;

	private final KnownProperties known = new KnownProperties(getClass().getClassLoader());

	private @Nullable Rules initial;

	RuleSources(Environment environment, GatewayProperties properties, Bindings bindings,
			BindingServiceProperties streamProperties, ObjectProvider<ChannelStore> channels) {
		this.environment = environment;
		this.properties = properties;
		this.bindings = bindings;
		this.streamProperties = streamProperties;
		this.channels = channels;
		this.file = new RoutesFile(Path.of(properties.routesFile()));
	}

	/**
	 * Where routes stand that can be changed while the gateway runs.
	 */
	RoutesFile file() {
		return this.file;
	}

	/**
	 * What the gateway starts with.
	 * @throws RulesException with every problem of every place
	 */
	synchronized Rules initial() {
		if (this.initial == null) {
			this.initial = read();
		}
		return this.initial;
	}

	private Rules read() {
		String text = null;
		try {
			text = this.file.read().text();
		}
		catch (IOException ex) {
			throw new RulesException(List.of(this.file.unreadable(ex)));
		}
		return new Rules(compile(text), text);
	}

	/**
	 * Compiles the rules of all places.
	 * @param text of the routes file; {@code null} when there is none
	 * @throws RulesException with every problem of every place
	 */
	RouteTable compile(@Nullable String text) {
		List<Problem> problems = new ArrayList<>();
		YamlSettings.RuleFile read = null;
		try {
			read = (text == null) ? null : YamlSettings.ruleFile(this.file.name(), text);
		}
		catch (RulesException ex) {
			problems.addAll(ex.problems());
		}
		return compile(read, problems);
	}

	/**
	 * Fingerprint of the rules that stand elsewhere than in the routes file.
	 */
	String elsewhere() {
		EnvironmentSettings settings = new EnvironmentSettings(this.environment);
		return revision(settings.tree("meshbridge.routes")) + "/" + revision(settings.tree("meshbridge.delivery"));
	}

	private static String revision(@Nullable Setting setting) {
		return (setting == null) ? "" : setting.revision();
	}

	/**
	 * Compiles the rules of all places.
	 * @param file what the routes file says, if there is one
	 * @param problems those that are known already
	 * @throws RulesException with every problem of every place
	 */
	RouteTable compile(YamlSettings.@Nullable RuleFile file, List<Problem> problems) {
		EnvironmentSettings settings = new EnvironmentSettings(this.environment);
		problems.addAll(this.known.check(settings));
		ChannelBacking backing = new ChannelBacking(this.properties.channels(), this.bindings);
		problems.addAll(backing.check(settings, catalog().binders()));
		List<Setting> lists = new ArrayList<>();
		Setting routes = settings.tree("meshbridge.routes");
		if (routes != null) {
			lists.add(routes);
		}
		Setting delivery = settings.tree("meshbridge.delivery");
		if (file != null && file.routes() != null) {
			lists.add(file.routes());
		}
		if (delivery == null && file != null) {
			delivery = file.delivery();
		}
		List<Route> compiled = List.of();
		try {
			compiled = new RouteCompiler(catalog()).compile(lists, delivery);
			if (problems.isEmpty()) {
				problems.addAll(backing.check(RouteTable.of(compiled)));
				problems.addAll(withoutRegistry(compiled));
			}
		}
		catch (RulesException ex) {
			problems.addAll(ex.problems());
		}
		if (!problems.isEmpty()) {
			throw new RulesException(problems);
		}
		return RouteTable.of(compiled);
	}

	private List<Problem> withoutRegistry(List<Route> routes) {
		if (this.properties.schemaRegistry().url() != null) {
			return List.of();
		}
		return routes.stream()
			.filter(Route::asksRegistry)
			.map((route) -> new Problem(route.location(), route.id(),
					"asks a schema registry, and there is none; expected meshbridge.schema-registry.url to be set"))
			.toList();
	}

	/**
	 * What endpoints may name here.
	 */
	EndpointCatalog catalog() {
		Map<String, String> types = new HashMap<>();
		this.bindings.binderNames().forEach((name) -> types.put(name, this.bindings.binderType(name)));
		// A channel is no destination of a binder, though the embedded ones have one.
		types.remove(Endpoint.AtChannel.PREFIX);
		Set<String> names = this.streamProperties.getBindings().keySet();
		Map<String, String> bindingTypes = new HashMap<>();
		names.forEach((name) -> bindingTypes.put(name, typeOfBinding(name)));
		return new EndpointCatalog(types.keySet(), names, types, bindingTypes, this.channels.getIfAvailable() != null);
	}

	private String typeOfBinding(String name) {
		String binder = this.streamProperties.getBinder(name);
		if (!StringUtils.hasText(binder)) {
			binder = Objects.requireNonNullElse(this.streamProperties.getDefaultBinder(), "");
		}
		return this.bindings.binderType(binder);
	}

	/**
	 * Rules that were compiled.
	 *
	 * @param text of the routes file; {@code null} when there is none
	 */
	record Rules(RouteTable table, @Nullable String text) {
	}

}
