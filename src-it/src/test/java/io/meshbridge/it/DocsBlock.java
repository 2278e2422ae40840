package io.meshbridge.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A fenced block of the documentation.
 *
 * @param page path from the root of the sources
 * @param name the page, the heading it stands under as in a link, its language, and its
 * number among the blocks of that language there:
 * {@code docs/bridges/http.md#try-it sh 1}
 * @param line where it starts
 * @param language what stands behind the fence; may be empty
 * @param text without the fence
 */
record DocsBlock(String page, String name, int line, String language, String text) {

	private static final Path ROOT = Path.of(System.getProperty("meshbridge.repository", ".."));

	private static final Pattern FENCE = Pattern.compile("^ *```([^`]*)$");

	private static final Pattern HEADING = Pattern.compile("^#+ +(.*)$");

	/**
	 * All blocks of README.md and of every page under docs.
	 */
	static List<DocsBlock> all() throws IOException {
		List<DocsBlock> blocks = new ArrayList<>();
		try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
			List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
			files.filter((file) -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
			for (Path page : pages) {
				blocks.addAll(of(ROOT.relativize(page).toString().replace('\\', '/'), Files.readString(page)));
			}
		}
		return blocks;
	}

	private static List<DocsBlock> of(String page, String markdown) {
		List<DocsBlock> blocks = new ArrayList<>();
		Map<String, Integer> numbers = new HashMap<>();
		String section = "";
		String language = "";
		boolean inside = false;
		StringBuilder text = new StringBuilder();
		int line = 0;
		int start = 0;
		for (String content : markdown.lines().toList()) {
			line++;
			Matcher fence = FENCE.matcher(content);
			Matcher heading = HEADING.matcher(content);
			if (fence.matches() && !inside) {
				inside = true;
				language = fence.group(1).strip();
				start = line;
				text.setLength(0);
			}
			else if (fence.matches()) {
				String place = page + "#" + section + " " + language;
				int number = numbers.merge(place, 1, Integer::sum);
				blocks.add(new DocsBlock(page, place + " " + number, start, language, text.toString()));
				inside = false;
			}
			else if (inside) {
				text.append(content).append('\n');
			}
			else if (heading.matches()) {
				section = heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
			}
		}
		return blocks;
	}

	@Override
	public String toString() {
		return this.page + ":" + this.line;
	}

}
