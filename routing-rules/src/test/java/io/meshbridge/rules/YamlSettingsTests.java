package io.meshbridge.rules;

import java.util.Objects;

import io.meshbridge.rules.Setting.Entries;
import io.meshbridge.rules.Setting.Entry;
import io.meshbridge.rules.Setting.Items;
import io.meshbridge.rules.Setting.Scalar;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class YamlSettingsTests {

	@Test
	void keysAndValuesKnowWhereTheyStand() {
		Setting document = read("""
				# first
				routes:
				  - id: orders
				    to:   [ kafka:a, {uri: "kafka:b"} ]
				""");
		Entry routes = entry(document, "routes");
		assertThat(routes.key()).isEqualTo(at(2, 1));
		assertThat(routes.value().location()).isEqualTo(at(3, 3));
		Setting route = item(routes.value(), 0);
		assertThat(route.location()).isEqualTo(at(3, 5));
		assertThat(entry(route, "id")).isEqualTo(new Entry(at(3, 5), new Scalar(at(3, 9), "orders")));
		Entry to = entry(route, "to");
		assertThat(to.key()).isEqualTo(at(4, 5));
		assertThat(to.value().location()).isEqualTo(at(4, 11));
		assertThat(item(to.value(), 0)).isEqualTo(new Scalar(at(4, 13), "kafka:a"));
		assertThat(entry(item(to.value(), 1), "uri")).isEqualTo(new Entry(at(4, 23), new Scalar(at(4, 28), "kafka:b")));
	}

	@Test
	void columnsCountCharactersNotUnits() {
		Setting document = read("{'😀ü': a, b: c}");
		assertThat(entry(document, "b").key()).isEqualTo(at(1, 11));
	}

	@Test
	void blockTextAndQuotedTextKeepTheirContent() {
		Setting document = read("a: |\n  x\n  y\nb: >-\n  x\n  y\nc: \"\\u00fc\"\nd: 'it''s'\n");
		assertThat(value(document, "a")).isEqualTo("x\ny\n");
		assertThat(value(document, "b")).isEqualTo("x y");
		assertThat(value(document, "c")).isEqualTo("ü");
		assertThat(value(document, "d")).isEqualTo("it's");
		assertThat(entry(document, "c").value().location()).isEqualTo(at(7, 4));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1.10", "007", "0x1F", "1_000", "+5", "1e3", "2024-01-01", "12:30:45", "on", "off", "yes",
			"no", "True", "TRUE", ".5", "-0", "99999999999999999999", "kafka:a", "'5'", "\"true\"", "!!str 5", ".inf" })
	void isTextWhereItsTextCounts(String written) {
		assertThat(value(read("a: " + written), "a")).isEqualTo(written.replace("!!str ", "").replaceAll("['\"]", ""));
	}

	@ParameterizedTest
	@CsvSource({ "5, java.lang.Long", "-5, java.lang.Long", "0, java.lang.Long", "1.5, java.lang.Double",
			"true, java.lang.Boolean", "false, java.lang.Boolean" })
	void isANumberOrBooleanWhereItReadsTheSame(String written, Class<?> type) {
		assertThat(value(read("a: " + written), "a")).isInstanceOf(type).hasToString(written);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "~", "null", "# comment" })
	void nothingIsAnEmptyScalar(String written) {
		assertThat(value(read("a: " + written), "a")).isNull();
		assertThat(read(written)).isEqualTo(new Scalar(at(1, 1), null));
	}

	@Test
	void aliasesStandForWhatTheyName() {
		Setting document = read("a: &x {b: 1}\nc: *x\nd: [*x]\n");
		assertThat(entry(document, "c").value()).isEqualTo(entry(document, "a").value());
		assertThat(item(entry(document, "d").value(), 0).location()).isEqualTo(at(1, 4));
	}

	@Test
	void mergedKeysGiveWayToWrittenOnes() {
		Setting document = read("""
				a: &a {x: 1, y: 1}
				b: &b {y: 2, z: 2}
				c:
				  <<: [*a, *b]
				  x: 3
				""");
		Setting merged = entry(document, "c").value();
		assertThat(value(merged, "x")).isEqualTo(3L);
		assertThat(value(merged, "y")).isEqualTo(1L);
		assertThat(value(merged, "z")).isEqualTo(2L);
		assertThat(entry(merged, "z").key()).isEqualTo(at(2, 14));
	}

	@Test
	void quotedMergeSignIsAKeyLikeAnyOther() {
		assertThat(value(read("'<<': a"), "<<")).isEqualTo("a");
	}

	@Test
	void ignoresAByteOrderMark() {
		assertThat(entry(read("\uFEFFa: b"), "a").key()).isEqualTo(at(1, 1));
	}

	@Test
	void refusesAliasesThatGrowBeyondAllBounds() {
		StringBuilder text = new StringBuilder("a0: &a0 [x, x]\n");
		for (int i = 1; i < 40; i++) {
			text.append(String.format("a%d: &a%d [*a%d, *a%d]%n", i, i, i - 1, i - 1));
		}
		assertThatExceptionOfType(RulesException.class).isThrownBy(() -> read(text.toString()))
			.satisfies((ex) -> assertThat(ex.problems()).singleElement()
				.satisfies((problem) -> assertThat(problem.what())
					.isEqualTo("makes more than 100000 settings with its aliases, expected fewer")));
	}

	@Test
	void takesAnyNumberOfSettingsThatAreWrittenOut() {
		assertThat(read("a: [" + "x, ".repeat(200_000) + "]\n")).isInstanceOf(Setting.Entries.class);
	}

	@Test
	void refusesTooManyAliases() {
		assertThatExceptionOfType(RulesException.class)
			.isThrownBy(() -> read("a: &a [x]\nb: [" + "*a, ".repeat(201) + "]\n"))
			.withMessageContaining("Number of aliases");
	}

	@Test
	void refusesNestingWithoutEnd() {
		assertThatExceptionOfType(RulesException.class).isThrownBy(() -> read("[".repeat(5_000)))
			.withMessageContaining("Nesting Depth exceeded max 50");
	}

	@Test
	void namesThePlaceOfACharacterThatYamlForbids() {
		assertThatExceptionOfType(RulesException.class).isThrownBy(() -> read("a: b\nc: 😀\u0007\n"))
			.withMessage("file.yaml:2:5: yaml: has the character U+0007, which YAML does not allow, "
					+ "expected it escaped in double quotes");
	}

	@Test
	void aRuleFileHasTheBlocksAtTheTopOrUnderMeshbridge() {
		String blocks = "{routes: [], delivery: {retry: 1}}";
		for (String text : new String[] { blocks, "meshbridge: " + blocks }) {
			YamlSettings.RuleFile file = YamlSettings.ruleFile("file.yaml", text);
			assertThat(file.routes()).isInstanceOf(Items.class);
			assertThat(file.delivery()).isInstanceOf(Entries.class);
		}
		assertThat(YamlSettings.ruleFile("file.yaml", "")).isEqualTo(new YamlSettings.RuleFile(null, null));
		assertThat(YamlSettings.ruleFile("file.yaml", "meshbridge:")).isEqualTo(new YamlSettings.RuleFile(null, null));
	}

	@Test
	void anApplicationFileMayHoldMore() {
		YamlSettings.RuleFile file = YamlSettings.applicationFile("application.yml",
				"spring: {kafka: {}}\nmeshbridge: {mqtt: {url: x}, routes: []}\n");
		assertThat(file.routes()).isInstanceOf(Items.class);
		assertThat(file.delivery()).isNull();
		assertThat(YamlSettings.applicationFile("application.yml", "server: {port: 1}").routes()).isNull();
	}

	private static Setting read(String text) {
		return YamlSettings.read("file.yaml", text);
	}

	private static Location at(int line, int column) {
		return new Location("file.yaml", line, column);
	}

	private static Entry entry(Setting mapping, String key) {
		return Objects.requireNonNull(((Entries) mapping).entries().get(key));
	}

	private static Setting item(Setting list, int index) {
		return ((Items) list).items().get(index);
	}

	private static @Nullable Object value(Setting mapping, String key) {
		return ((Scalar) entry(mapping, key).value()).value();
	}

}
