package io.meshbridge.bridge.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RuleTests {

	@Test
	void docsListEveryRuleWithItsSentence() throws IOException {
		Path page = Path.of(System.getProperty("meshbridge.repository", ".."), "docs", "bridges", "README.md");
		List<String> listed = Files.readAllLines(page)
			.stream()
			.filter((line) -> line.matches("\\| R\\d\\d \\|.*"))
			.map((line) -> line.split("\\|")[1].trim() + ": " + line.split("\\|")[2].trim())
			.toList();
		assertThat(listed).containsExactlyElementsOf(
				Arrays.stream(Rule.values()).map((rule) -> rule + ": " + rule.sentence()).toList());
	}

}
