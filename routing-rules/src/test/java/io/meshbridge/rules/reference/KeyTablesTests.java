package io.meshbridge.rules.reference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables of keys in the pages are made from the code:
 * {@code ./mvnw test -pl routing-rules -Dtest=KeyTablesTests -Dmeshbridge.docs.write=true}
 * writes them.
 */
class KeyTablesTests {

	private static final Pattern TABLE = Pattern.compile("(<!-- keys: ([a-z-]+) -->\n)(.*?)(<!-- /keys -->)",
			Pattern.DOTALL);

	private final Path docs = Path.of(System.getProperty("meshbridge.repository", ".."), "docs");

	@Test
	void pagesListEveryKey() throws IOException {
		// What a row of another table says in words.
		Set<Block> missing = EnumSet.complementOf(EnumSet.of(Block.FILE, Block.COMPARISON));
		for (Path page : pages()) {
			String text = Files.readString(page);
			String name = Objects.toString(page.getFileName());
			String made = TABLE.matcher(text).replaceAll((table) -> {
				Block block = Block.valueOf(table.group(2).toUpperCase(Locale.ROOT).replace('-', '_'));
				missing.remove(block);
				return Matcher.quoteReplacement(table.group(1) + block.table(name) + table.group(4));
			});
			if (Boolean.getBoolean("meshbridge.docs.write")) {
				Files.writeString(page, made);
			}
			else {
				assertThat(text).as(name).isEqualTo(made);
			}
		}
		assertThat(missing).as("blocks that no page has a table of").isEmpty();
	}

	private List<Path> pages() throws IOException {
		try (Stream<Path> files = Files.list(this.docs)) {
			return files.filter((file) -> file.toString().endsWith(".md")).sorted().toList();
		}
	}

}
