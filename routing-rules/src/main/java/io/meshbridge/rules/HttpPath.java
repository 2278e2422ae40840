package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What may stand after {@code http:} in {@code from}: a path with variables such as
 * <code>/orders/{id}</code>, {@code *} for any one segment and {@code **} for the rest.
 */
final class HttpPath {

	private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");

	private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

	private static final Pattern SEGMENT = Pattern.compile("(?:[A-Za-z0-9._~!$&'()+,;=:@-]|%[0-9A-Fa-f]{2})*");

	private static final String ONE_SEGMENT = "*";

	private static final String ALL_SEGMENTS = "**";

	private HttpPath() {
	}

	/**
	 * What is wrong with a path, if anything.
	 */
	static @Nullable String wrong(String path, String binder) {
		if (!path.startsWith("/")) {
			return "is no path, expected '" + binder + ":/" + path + "'";
		}
		List<String> names = new ArrayList<>();
		String[] segments = path.substring(1).split("/", -1);
		for (int i = 0; i < segments.length; i++) {
			String segment = segments[i];
			Matcher variable = VARIABLE.matcher(segment);
			if (variable.matches()) {
				String name = variable.group(1);
				if (!NAME.matcher(name).matches()) {
					return "has the path variable '{" + name
							+ "}', expected a letter followed by letters, digits, '_' or '-', such as '{id}'";
				}
				if (names.contains(name)) {
					return "has the path variable '{" + name + "}' twice, expected each once";
				}
				names.add(name);
			}
			else if (segment.indexOf('{') >= 0 || segment.indexOf('}') >= 0) {
				return "has a brace in '" + segment + "', expected a variable that fills its segment, such as '/{id}/'";
			}
			else if (segment.indexOf('*') >= 0) {
				boolean last = i == segments.length - 1;
				if (!segment.equals(ONE_SEGMENT) && !(segment.equals(ALL_SEGMENTS) && last)) {
					return "has '*' in the wrong place, expected '*' for one segment, or '**' as the last";
				}
			}
			else if (!SEGMENT.matcher(segment).matches()) {
				return "has characters in '" + segment + "' that no path may have, expected them percent-encoded";
			}
			else if (segment.equals(".") || segment.equals("..")) {
				return "has the segment '" + segment + "', which clients resolve before they send, expected none";
			}
		}
		return null;
	}

	/**
	 * The names of the variables in a path.
	 */
	static Set<String> variables(String path) {
		Set<String> names = new LinkedHashSet<>();
		Matcher variable = VARIABLE.matcher(path);
		while (variable.find()) {
			names.add(variable.group(1));
		}
		return names;
	}

}
