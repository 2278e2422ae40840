package io.meshbridge.rules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.meshbridge.rules.Setting.Entries;
import io.meshbridge.rules.Setting.Scalar;
import io.meshbridge.rules.lint.Finding;
import io.meshbridge.rules.lint.Linter;
import io.meshbridge.rules.lint.Severity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Every routes file in the documentation works, and the linter warns of nothing in it but
 * what is meant; those fenced as {@code yaml wrong} do not.
 */
class RoutesInDocsTests {

	private static final Pattern ROUTES = Pattern.compile("(?m)^ *(?:meshbridge\\.)?routes:");

	private static final Pattern TESTS = Pattern.compile("(?m)^cases:");

	private static final Pattern FENCE = Pattern.compile("^( *)```yaml( wrong)? *$");

	/** What the linter may find, with the reason why the page shows it. */
	private static final Map<String, String> ALLOWED = Map.of("docs/rules-api.md: [unread] routes[0] (orders).to",
			"two lines are enough to show how they change");

	private static final int HTTP_PORT = 8080;

	private final Path root = Path.of(System.getProperty("meshbridge.repository", ".."));

	@TestFactory
	Stream<DynamicTest> routesFilesInPages() throws IOException {
		List<Path> pages = new ArrayList<>();
		for (Path top : List.of(this.root.resolve("README.md"), this.root.resolve("docs"))) {
			if (Files.exists(top)) {
				try (Stream<Path> files = Files.walk(top)) {
					files.filter((file) -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
				}
			}
		}
		List<Block> blocks = new ArrayList<>();
		for (Path page : pages) {
			blocks.addAll(blocks(this.root.relativize(page).toString(), Files.readString(page)));
		}
		return blocks.stream().map((block) -> DynamicTest.dynamicTest(block.page() + ":" + block.line(), block::check));
	}

	@Test
	void thePageOfRoutesShowsTheWordsOfTheGateway() throws IOException {
		String page = Files.readString(this.root.resolve("docs/routes.md"));
		assertThat(blocks("routes.yaml", page)).filteredOn(Block::wrong).singleElement().satisfies((block) -> {
			Block file = new Block(block.page(), 0, block.text().stripLeading(), true);
			assertThatExceptionOfType(RulesException.class).isThrownBy(file::compile)
				.satisfies((ex) -> assertThat(page).contains(ex.getMessage()));
		});
	}

	@Test
	void aWrongBlockIsFoundWhereItStands() {
		List<Block> blocks = blocks("page.md", """
				- text
				  ```yaml
				  routes:
				    - {id: a, from: kafak:a, to: kafka:b}
				  ```
				```yaml
				other: {}
				```
				""");
		assertThat(blocks).singleElement()
			.satisfies((block) -> assertThatExceptionOfType(RulesException.class).isThrownBy(block::compile)
				.withMessageStartingWith("page.md:4:21: routes[0] (a).from: 'kafak:a'"));
	}

	@Test
	void aBlockThatTheLinterWarnsOfIsFound() {
		assertThat(blocks("page.md", """
				```yaml
				routes:
				  - {id: a, from: kafka:a, to: channel:nobody}
				```
				""")).singleElement()
			.satisfies((block) -> assertThatExceptionOfType(AssertionError.class).isThrownBy(block::check)
				.withMessageContaining("page.md: [unread] routes[0] (a).to"));
	}

	@Test
	void aBlockMayDeclareBindersAndBindings() {
		assertThat(blocks("page.md", """
				```yaml
				spring.cloud.stream:
				  binders:
				    plant-b: {type: mqtt}
				  bindings:
				    in: {destination: x}
				meshbridge:
				  routes:
				    - {id: a, from: plant-b:a/+, to: kafka:b}
				    - {id: b, from: in, to: kafka:b}
				```
				""")).singleElement().satisfies((block) -> assertThat(block.compile()).hasSize(2));
	}

	private static List<Block> blocks(String page, String markdown) {
		List<Block> blocks = new ArrayList<>();
		// Lines before the block stay as empty ones, and the indentation of the fence
		// too,
		// so that the places in problems are those of the page.
		StringBuilder text = new StringBuilder();
		Matcher fence = null;
		int line = 0;
		int start = 0;
		for (String content : markdown.lines().toList()) {
			line++;
			Matcher matcher = FENCE.matcher(content);
			if (fence == null && matcher.matches()) {
				fence = matcher;
				start = line;
				text = new StringBuilder("\n".repeat(line));
			}
			else if (fence != null && content.strip().equals("```")) {
				if (ROUTES.matcher(text).find()) {
					blocks.add(new Block(page, start, text.toString(), fence.group(2) != null));
				}
				fence = null;
			}
			else if (fence != null) {
				text.append(content).append('\n');
			}
		}
		return blocks;
	}

	/**
	 * One YAML block of a page.
	 */
	private record Block(String page, int line, String text, boolean wrong) {

		void check() {
			if (this.wrong) {
				assertThatExceptionOfType(RulesException.class).isThrownBy(this::compile);
			}
			else if (TESTS.matcher(this.text).find()) {
				assertThat(RuleCase.read(this.page, this.text).cases()).isNotEmpty();
			}
			else {
				assertThat(lint()).extracting((finding) -> this.page + ": [" + finding.check() + "] " + finding.where())
					.allSatisfy((finding) -> assertThat(ALLOWED).containsKey(finding));
			}
		}

		private List<Finding> lint() {
			YamlSettings.RuleFile file = file();
			Setting routes = routes(file);
			return new Linter(catalog(document()), HTTP_PORT).lint(compile(), List.of(routes), file.delivery())
				.stream()
				.filter((finding) -> finding.severity() != Severity.NOTE)
				.toList();
		}

		List<Route> compile() {
			YamlSettings.RuleFile file = file();
			List<Route> compiled = new RouteCompiler(catalog(document())).compile(List.of(routes(file)),
					file.delivery());
			if (!isApplication()) {
				assertThat(SchemaCheck.errors(document())).as("errors by the JSON Schema").isEmpty();
			}
			return compiled;
		}

		private Setting document() {
			return YamlSettings.read(this.page, this.text);
		}

		private static Setting routes(YamlSettings.RuleFile file) {
			return Objects.requireNonNull(file.routes(), "no routes where the gateway looks for them");
		}

		private boolean isApplication() {
			return document() instanceof Entries top && top.entries().containsKey("meshbridge");
		}

		private YamlSettings.RuleFile file() {
			return isApplication() ? YamlSettings.applicationFile(this.page, this.text)
					: YamlSettings.ruleFile(this.page, this.text);
		}

		private static EndpointCatalog catalog(Setting document) {
			Set<String> binders = new HashSet<>(Set.of("amqp10", "kafka", "rabbit", "mqtt", "http"));
			Map<String, String> types = new HashMap<>();
			if (find(document, "spring.cloud.stream.binders") instanceof Entries declared) {
				declared.entries().forEach((name, entry) -> {
					binders.add(name);
					if (find(entry.value(), "type") instanceof Scalar type) {
						types.put(name, String.valueOf(type.value()));
					}
				});
			}
			Set<String> bindings = (find(document, "spring.cloud.stream.bindings") instanceof Entries declared)
					? declared.entries().keySet() : Set.of();
			return new EndpointCatalog(binders, bindings, types, Map.of(), true);
		}

		/**
		 * What stands at a path, whose names may be joined by dots in the file too.
		 */
		private static @Nullable Setting find(Setting setting, String path) {
			if (setting instanceof Entries mapping) {
				for (Map.Entry<String, Setting.Entry> entry : mapping.entries().entrySet()) {
					Setting value = entry.getValue().value();
					if (path.equals(entry.getKey())) {
						return value;
					}
					if (path.startsWith(entry.getKey() + ".")) {
						Setting found = find(value, path.substring(entry.getKey().length() + 1));
						if (found != null) {
							return found;
						}
					}
				}
			}
			return null;
		}

	}

}
