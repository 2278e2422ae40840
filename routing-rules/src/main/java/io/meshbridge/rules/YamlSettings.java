package io.meshbridge.rules;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.meshbridge.rules.reference.Block;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML into settings that know their line and column. Anchors, aliases and merge
 * keys work; a document that would grow beyond all bounds by them is refused. A value
 * counts as number or boolean only when its text is the usual one: {@code 1.10},
 * {@code 007}, {@code 2024-01-01} and {@code on} stay text, for a filter compares text.
 */
public final class YamlSettings {

	private static final int LONGEST_TEXT = 3 * 1024 * 1024;

	private static final int DEEPEST_NESTING = 50;

	private static final int MOST_ALIASES = 200;

	static final String ROOT = "meshbridge";

	static final String ROUTES = "routes";

	private static final String DELIVERY = "delivery";

	static final String BYTE_ORDER_MARK = "\uFEFF";

	private YamlSettings() {
	}

	/**
	 * Reads one document.
	 * @param resourceName file name as the user knows it, for the locations
	 * @param text the whole file
	 * @return the document; an empty scalar when there is none
	 * @throws RulesException when it is no YAML, has duplicate keys or constructs that
	 * have no meaning here
	 */
	public static Setting read(String resourceName, String text) {
		Findings findings = new Findings();
		Setting setting = read(resourceName, text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text, findings);
		findings.throwIfAny();
		return setting;
	}

	/**
	 * Reads a file that holds rules and nothing else: {@code routes} and {@code delivery}
	 * at the top, or both under {@code meshbridge}.
	 * @param resourceName file name as the user knows it, for the locations
	 * @param text the whole file
	 * @throws RulesException when it is no YAML or has any other key
	 */
	public static RuleFile ruleFile(String resourceName, String text) {
		Setting document = read(resourceName, text);
		Findings findings = new Findings();
		Place place = new Place(findings, "", document.location(), document);
		Map<String, Place> blocks = ruleBlocks(place);
		findings.throwIfAny();
		return RuleFile.of(blocks);
	}

	/**
	 * Reads a route that stands alone, and whose id is known from elsewhere.
	 * @param resourceName what the locations shall name
	 * @param id what its {@code id} must be, if it has one
	 * @throws RulesException when it is no YAML, no mapping, or has another id
	 */
	public static Setting route(String resourceName, String id, String text) {
		Setting route = read(resourceName, text);
		Findings findings = new Findings();
		Place place = new Place(findings, "route", route.location(), route);
		if (place.isEmpty() || !place.isEntries()) {
			place.problem(place.written() + ", expected a mapping with 'from' and 'to'");
		}
		Map<String, Setting.Entry> entries = new LinkedHashMap<>();
		if (route instanceof Setting.Entries mapping) {
			entries.put("id", new Setting.Entry(route.location(), new Setting.Scalar(route.location(), id)));
			entries.putAll(mapping.entries());
			Setting.Entry written = mapping.entries().get("id");
			if (written != null && written.value() instanceof Setting.Scalar scalar && !id.equals(scalar.value())) {
				findings.add(scalar.location(), "route.id", Wording.quote(String.valueOf(scalar.value()))
						+ " is another route, expected " + Wording.quote(id) + ", as the URL has it, or no id");
			}
		}
		findings.throwIfAny();
		return new Setting.Entries(route.location(), entries);
	}

	private static Map<String, Place> ruleBlocks(Place document) {
		if (!document.isEntries() && !document.isEmpty()) {
			document.named("yaml").problem(document.written() + ", expected a mapping with 'routes'");
			return Map.of();
		}
		if (!document.entries().containsKey(ROOT)) {
			return document.entries(Block.FILE.names());
		}
		Place root = document.entries(List.of(ROOT)).get(ROOT);
		return (root != null) ? root.entries(Block.FILE.names()) : Map.of();
	}

	/**
	 * Finds the rules in an {@code application.yml}, where the other keys belong to
	 * others: only {@code meshbridge.routes} and {@code meshbridge.delivery} are looked
	 * at.
	 * @param resourceName file name as the user knows it, for the locations
	 * @param text the whole file
	 * @throws RulesException when it is no YAML
	 */
	public static RuleFile applicationFile(String resourceName, String text) {
		Setting document = read(resourceName, text);
		Findings findings = new Findings();
		Place root = new Place(findings, "", document.location(), document).entries().get(ROOT);
		Map<String, Place> blocks = (root != null) ? root.entries() : Map.of();
		findings.throwIfAny();
		return RuleFile.of(blocks);
	}

	private static Setting read(String resource, String text, Findings findings) {
		Node root = compose(resource, text, findings);
		return (root != null) ? new YamlNodes(resource, findings).setting(root, "")
				: new Setting.Scalar(new Location(resource, 1, 1), null);
	}

	/**
	 * The nodes of a document that has no byte order mark, or {@code null} when it is
	 * empty or no YAML.
	 */
	static @Nullable Node compose(String resource, String text, Findings findings) {
		try {
			return yaml().compose(new StringReader(text));
		}
		catch (MarkedYAMLException ex) {
			Mark mark = (ex.getProblemMark() != null) ? ex.getProblemMark() : ex.getContextMark();
			findings.add(YamlNodes.location(resource, mark), "yaml", problem(ex));
		}
		catch (ReaderException ex) {
			findings.add(location(resource, text, ex.getPosition()), "yaml",
					String.format(
							"has the character U+%04X, which YAML does not allow, expected it escaped in double quotes",
							ex.getCodePoint()));
		}
		catch (YAMLException ex) {
			findings.add(new Location(resource, 1, 1), "yaml", String.valueOf(ex.getMessage()));
		}
		return null;
	}

	private static Yaml yaml() {
		LoaderOptions options = new LoaderOptions();
		options.setCodePointLimit(LONGEST_TEXT);
		options.setNestingDepthLimit(DEEPEST_NESTING);
		options.setMaxAliasesForCollections(MOST_ALIASES);
		DumperOptions unused = new DumperOptions();
		return new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new Resolver());
	}

	private static String problem(MarkedYAMLException ex) {
		String problem = String.valueOf(ex.getProblem());
		if (problem.contains("'\\t") || problem.contains("(TAB)")) {
			return "is no YAML: " + problem + "; expected spaces, YAML takes no tabs as indentation";
		}
		if (problem.contains("but found another document")) {
			return "holds several documents ('---'), expected one";
		}
		return "is no YAML: " + problem + ((ex.getContext() != null) ? " (" + ex.getContext() + ")" : "");
	}

	private static Location location(String resource, String text, int position) {
		int line = 1;
		int column = 1;
		int end = text.offsetByCodePoints(0, Math.min(position, text.codePointCount(0, text.length())));
		for (int i = 0; i < end; i++) {
			char character = text.charAt(i);
			if (character == '\n') {
				line++;
				column = 1;
			}
			else if (!Character.isLowSurrogate(character)) {
				column++;
			}
		}
		return new Location(resource, line, column);
	}

	/**
	 * The two blocks of a file with rules.
	 *
	 * @param routes the list of routes, if the file has one
	 * @param delivery the defaults of every route, if the file has them
	 */
	public record RuleFile(@Nullable Setting routes, @Nullable Setting delivery) {

		/**
		 * This file with a route in the place of the one with its id, or behind all
		 * others.
		 */
		public RuleFile with(String id, Setting route) {
			List<Setting> all = new ArrayList<>();
			boolean placed = false;
			for (Setting present : items()) {
				boolean same = id.equals(id(present));
				all.add(same ? route : present);
				placed |= same;
			}
			if (!placed) {
				all.add(route);
			}
			return new RuleFile(new Setting.Items(all.get(0).location(), all), this.delivery);
		}

		private List<Setting> items() {
			return (this.routes instanceof Setting.Items items) ? items.items() : List.of();
		}

		private static @Nullable Object id(Setting route) {
			Setting.Entry id = (route instanceof Setting.Entries entries) ? entries.entries().get("id") : null;
			return (id != null && id.value() instanceof Setting.Scalar scalar) ? scalar.value() : null;
		}

		private static RuleFile of(Map<String, Place> blocks) {
			Place routes = blocks.get(ROUTES);
			Place delivery = blocks.get(DELIVERY);
			return new RuleFile((routes != null) ? routes.setting() : null,
					(delivery != null) ? delivery.setting() : null);
		}

	}

}
