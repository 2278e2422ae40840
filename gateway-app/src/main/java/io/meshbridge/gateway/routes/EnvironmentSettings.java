package io.meshbridge.gateway.routes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.meshbridge.rules.Location;
import io.meshbridge.rules.Setting;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.io.Resource;

/**
 * The environment's properties as a tree that knows where each value stands. As in Spring
 * Boot, the source with the highest precedence that has any element of a list has all of
 * it.
 */
final class EnvironmentSettings {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("meshbridge");

	private final Environment environment;

	EnvironmentSettings(Environment environment) {
		this.environment = environment;
	}

	/**
	 * The tree below a name, or {@code null} when no source has it.
	 */
	@Nullable Setting tree(String name) {
		ConfigurationPropertyName parent = ConfigurationPropertyName.of(name);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				Branch branch = new Branch();
				iterable.stream()
					.filter((property) -> parent.equals(property) || parent.isAncestorOf(property))
					.forEach((property) -> branch.put(property, parent.getNumberOfElements(),
							source.getConfigurationProperty(property)));
				if (!branch.empty()) {
					return branch.toSetting(this.environment);
				}
			}
		}
		return null;
	}

	/**
	 * Where every property below {@code meshbridge} stands that a user wrote in a file or
	 * on the command line. System properties and the process environment are left out:
	 * other programs write there too.
	 */
	Map<ConfigurationPropertyName, Location> locations() {
		Map<ConfigurationPropertyName, Location> all = new TreeMap<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			Object underlying = source.getUnderlyingSource();
			boolean written = underlying instanceof OriginTrackedMapPropertySource
					|| underlying instanceof CommandLinePropertySource<?>;
			if (written && source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream().filter(ROOT::isAncestorOf).forEach((name) -> {
					ConfigurationProperty property = source.getConfigurationProperty(name);
					if (property != null) {
						all.putIfAbsent(name, location(property));
					}
				});
			}
		}
		return all;
	}

	private static Location location(ConfigurationProperty property) {
		Origin origin = property.getOrigin();
		String source = "environment";
		while (origin instanceof PropertySourceOrigin wrapper) {
			source = wrapper.getPropertySource().getName();
			origin = wrapper.getOrigin();
		}
		if (origin instanceof TextResourceOrigin text && text.getLocation() != null) {
			return new Location(fileName(text.getResource()), text.getLocation().getLine() + 1,
					text.getLocation().getColumn() + 1);
		}
		return new Location(source.equals("commandLineArgs") ? "command line" : source, 0, 0);
	}

	private static String fileName(@Nullable Resource resource) {
		String name = (resource == null) ? null : resource.getFilename();
		return (name == null) ? "application.yml" : name;
	}

	/**
	 * One level of the tree while it is being put together.
	 */
	private static final class Branch {

		private final Map<String, Branch> children = new LinkedHashMap<>();

		private final Map<Integer, Branch> items = new TreeMap<>();

		private @Nullable ConfigurationProperty value;

		void put(ConfigurationPropertyName name, int depth, @Nullable ConfigurationProperty property) {
			if (property == null) {
				return;
			}
			if (depth == name.getNumberOfElements()) {
				this.value = property;
				return;
			}
			String element = name.getElement(depth, Form.ORIGINAL);
			boolean index = name.isNumericIndex(depth);
			Branch child = index ? this.items.computeIfAbsent(Integer.valueOf(element), (unused) -> new Branch())
					: this.children.computeIfAbsent(element, (unused) -> new Branch());
			child.put(name, depth + 1, property);
		}

		boolean empty() {
			return this.value == null && this.children.isEmpty() && this.items.isEmpty();
		}

		Setting toSetting(Environment environment) {
			if (!this.items.isEmpty()) {
				List<Setting> settings = new ArrayList<>();
				this.items.values().forEach((item) -> settings.add(item.toSetting(environment)));
				return new Setting.Items(settings.get(0).location(), settings);
			}
			if (!this.children.isEmpty()) {
				Map<String, Setting.Entry> entries = new LinkedHashMap<>();
				this.children.forEach((key, child) -> {
					Setting setting = child.toSetting(environment);
					entries.put(key, new Setting.Entry(setting.location(), setting));
				});
				return new Setting.Entries(entries.values().iterator().next().key(), entries);
			}
			ConfigurationProperty property = Objects.requireNonNull(this.value);
			Object raw = property.getValue();
			Object resolved = (raw instanceof CharSequence text) ? environment.resolvePlaceholders(text.toString())
					: raw;
			return new Setting.Scalar(location(property), resolved);
		}

	}

}
