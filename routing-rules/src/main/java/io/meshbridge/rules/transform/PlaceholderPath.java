package io.meshbridge.rules.transform;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The way to one value in JSON data, as a placeholder names it behind {@code data}:
 * {@code .order.items[0].id}. Names stand as they are, whatever is in them but dots and
 * brackets; there are no quotes and no {@code [*]}, unlike in the paths of {@code data}
 * filters.
 */
public final class PlaceholderPath {

	private static final Pattern STEP = Pattern.compile("\\.([^.\\[\\]]+)|\\[([0-9]{1,6})]");

	private static final Pattern PATH = Pattern.compile("(?:" + STEP.pattern() + ")*");

	private PlaceholderPath() {
	}

	/**
	 * Whether a text is such a way.
	 */
	public static boolean isPath(String text) {
		return PATH.matcher(text).matches();
	}

	static @Nullable Object find(@Nullable Object root, String path) {
		Object at = root;
		Matcher step = STEP.matcher(path);
		while (at != null && step.find()) {
			if (step.group(1) != null) {
				at = (at instanceof Map<?, ?> map) ? map.get(step.group(1)) : null;
			}
			else {
				int index = Integer.parseInt(step.group(2));
				at = (at instanceof List<?> list && index < list.size()) ? list.get(index) : null;
			}
		}
		return at;
	}

}
