package io.meshbridge.rules.transform;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The way to a value in JSON data: {@code .order.items[0].id}.
 */
public final class DataPath {

	private static final Pattern STEP = Pattern.compile("\\.([^.\\[\\]]+)|\\[([0-9]{1,6})]");

	private static final Pattern PATH = Pattern.compile("(?:" + STEP.pattern() + ")*");

	private DataPath() {
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
