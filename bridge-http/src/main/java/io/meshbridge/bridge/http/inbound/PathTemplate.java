package io.meshbridge.bridge.http.inbound;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Which paths a binding reads: literal segments, percent-encoded where need be,
 * <code>{name}</code> and {@code *} for any one segment that is not empty, and as the
 * last one {@code **} or <code>{*name}</code> for any number of segments. Spring's
 * {@code PathPattern} is not used because its literals can't be percent-encoded, as those
 * of routes are.
 */
final class PathTemplate {

	private final List<Segment> segments = new ArrayList<>();

	/** Name of what {@code **} stands for, or empty. */
	private final @Nullable String rest;

	private final boolean literal;

	/**
	 * One segment: either a literal or a name, which may be empty.
	 */
	private record Segment(@Nullable String literal, String name) {

		boolean matches(String segment) {
			return (this.literal != null) ? this.literal.equals(segment) : !segment.isEmpty();
		}

	}

	/**
	 * Reads a template.
	 * @throws IllegalArgumentException when it is none
	 */
	PathTemplate(String text) {
		String[] parts = text.substring(1).split("/", -1);
		String tail = parts[parts.length - 1];
		boolean named = tail.startsWith("{*") && tail.endsWith("}");
		boolean open = named || tail.equals("**");
		this.rest = named ? tail.substring(2, tail.length() - 1) : (open ? "" : null);
		boolean allLiteral = !open;
		for (int i = 0; i < (open ? parts.length - 1 : parts.length); i++) {
			Segment segment = segment(text, parts[i]);
			this.segments.add(segment);
			allLiteral &= segment.literal() != null;
		}
		this.literal = allLiteral && text.indexOf('%') < 0;
	}

	private static Segment segment(String text, String part) {
		if (part.equals("*")) {
			return new Segment(null, "");
		}
		if (part.matches("\\{[^{}*]+}")) {
			return new Segment(null, part.substring(1, part.length() - 1));
		}
		if (part.indexOf('{') >= 0 || part.indexOf('}') >= 0 || part.indexOf('*') >= 0) {
			throw new IllegalArgumentException("http path '" + text + "': '" + part
					+ "' is no segment, expected a literal, '{name}' or '*', or '**' at the end");
		}
		return new Segment(decode(part), "");
	}

	/**
	 * Whether it matches the one path that is its text, but for escapes.
	 */
	boolean literal() {
		return this.literal;
	}

	/**
	 * The decoded segments of a path.
	 * @throws IllegalArgumentException when its percent-escapes are wrong
	 */
	static String[] segments(String path) {
		String[] segments = path.substring(1).split("/", -1);
		for (int i = 0; i < segments.length; i++) {
			segments[i] = decode(segments[i]);
		}
		return segments;
	}

	private static String decode(String segment) {
		if (segment.indexOf('%') < 0) {
			return segment;
		}
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
		for (int i = 0; i < segment.length(); i++) {
			char c = segment.charAt(i);
			if (c != '%') {
				bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
				continue;
			}
			int high = (i + 2 < segment.length()) ? Character.digit(segment.charAt(i + 1), 16) : -1;
			int low = (i + 2 < segment.length()) ? Character.digit(segment.charAt(i + 2), 16) : -1;
			if (high < 0 || low < 0) {
				throw new IllegalArgumentException("'%' is not followed by two hexadecimal digits");
			}
			bytes.write(high << 4 | low);
			i += 2;
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("its percent-decoded bytes are no valid UTF-8", ex);
		}
	}

	/**
	 * Matches the segments of a path.
	 * @return variables by name; {@code null} when it does not match
	 */
	@Nullable Map<String, String> match(String[] path) {
		int fixed = this.segments.size();
		if (path.length < fixed || (path.length > fixed && this.rest == null)) {
			return null;
		}
		Map<String, String> variables = new HashMap<>();
		for (int i = 0; i < fixed; i++) {
			Segment segment = this.segments.get(i);
			if (!segment.matches(path[i])) {
				return null;
			}
			if (!segment.name().isEmpty()) {
				variables.put(segment.name(), path[i]);
			}
		}
		if (this.rest != null && !this.rest.isEmpty()) {
			variables.put(this.rest, String.join("/", List.of(path).subList(fixed, path.length)));
		}
		return variables;
	}

}
