package io.meshbridge.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of meters in the operations page is made from the code:
 * {@code ./mvnw test -pl gateway-app -Dtest=MetersDocumentationTests
 * -Dmeshbridge.docs.write=true} writes it.
 */
class MetersDocumentationTests {

	private static final String START = "<!-- meters -->\n";

	private static final String END = "<!-- /meters -->";

	private final Path page = Path.of(System.getProperty("meshbridge.repository", ".."), "docs/operations.md");

	@Test
	void operationsPageListsEveryMeter() throws IOException {
		String text = Files.readString(this.page);
		int from = text.indexOf(START) + START.length();
		int to = text.indexOf(END);
		if (Boolean.getBoolean("meshbridge.docs.write")) {
			text = text.substring(0, from) + table() + text.substring(to);
			Files.writeString(this.page, text);
			to = text.indexOf(END);
		}
		assertThat(text.substring(from, to)).isEqualTo(table());
	}

	private static String table() {
		return "| meter | kind | tag | what |\n|---|---|---|---|\n"
				+ Stream.of(GatewayMeter.values()).map(MetersDocumentationTests::row).collect(Collectors.joining());
	}

	private static String row(GatewayMeter meter) {
		return "| `" + meter.getName() + "` | " + meter.getType().name().toLowerCase(Locale.ROOT) + " | `" + meter.tag()
				+ "` | " + meter.description() + " |\n";
	}

}
