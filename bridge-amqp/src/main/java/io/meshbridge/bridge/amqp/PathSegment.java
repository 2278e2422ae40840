package io.meshbridge.bridge.amqp;

import java.nio.charset.StandardCharsets;

/**
 * One segment of a URI's path
 * (<a href= "https://www.rfc-editor.org/rfc/rfc3986#section-3.3">RFC 3986, section
 * 3.3</a>).
 */
public final class PathSegment {

	private static final String ALLOWED = "-._~!$&'()*+,;=:@";

	private PathSegment() {
	}

	/**
	 * The text with everything escaped that a segment can't have.
	 */
	public static String encode(String text) {
		StringBuilder encoded = new StringBuilder(text.length());
		for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
			char c = (char) (octet & 0xff);
			boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
			if (letterOrDigit || ALLOWED.indexOf(c) >= 0) {
				encoded.append(c);
			}
			else {
				encoded.append('%').append(String.format("%02X", (int) c));
			}
		}
		return encoded.toString();
	}

}
