package io.meshbridge.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.meshbridge.gateway.dispatch.DispatchMeters;
import io.meshbridge.gateway.ingress.IngressMeters;
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
		Stream<String> sources = Stream.of(IngressMeters.values())
			.map((meter) -> row(meter.getName(), meter.getType().name(), "binding", meter.description()));
		Stream<String> routes = Stream.of(DispatchMeters.values())
			.map((meter) -> row(meter.getName(), meter.getType().name(), "route", meter.description()));
		return "| meter | kind | tag | what |\n|---|---|---|---|\n"
				+ Stream.concat(sources, routes).collect(Collectors.joining());
	}

	private static String row(String name, String type, String tag, String description) {
		return "| `" + name + "` | " + type.toLowerCase(Locale.ROOT) + " | `" + tag + "` | " + description + " |\n";
	}

}
