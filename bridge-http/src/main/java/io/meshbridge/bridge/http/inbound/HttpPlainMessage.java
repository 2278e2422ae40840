package io.meshbridge.bridge.http.inbound;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.meshbridge.bridge.PlainMessage;
import org.jspecify.annotations.Nullable;

/**
 * A request seen without CloudEvents.
 */
record HttpPlainMessage(HttpRequestMessage request, HttpDelivery delivery) implements PlainMessage {

	/** Not for dead letters. */
	private static final Set<String> CREDENTIALS = Set.of("authorization", "proxy-authorization", "cookie");

	@Override
	public String id() {
		return this.request.plainId();
	}

	@Override
	public String source() {
		StringBuilder reference = new StringBuilder("/http");
		for (byte b : this.request.path().getBytes(StandardCharsets.UTF_8)) {
			// Netty lets more through than a URI may hold.
			boolean allowed = b > ' ' && b < 0x7f && "\"<>\\^`{|}[]".indexOf(b) < 0;
			if (allowed) {
				reference.append((char) b);
			}
			else {
				reference.append(String.format(Locale.ROOT, "%%%02X", b));
			}
		}
		return reference.toString();
	}

	@Override
	public @Nullable String subject() {
		return null;
	}

	@Override
	public @Nullable String contentType() {
		return this.request.contentType();
	}

	@Override
	public byte @Nullable [] data() {
		return this.request.data();
	}

	@Override
	public @Nullable String property(String name) {
		if (name.equals("topic")) {
			return this.request.path();
		}
		if (name.startsWith("path.")) {
			return this.delivery.pathVariables().get(name.substring("path.".length()));
		}
		if (name.startsWith("header.")) {
			return this.request.headers().get(name.substring("header.".length()));
		}
		return name.startsWith("topic[") ? segment(name) : null;
	}

	private @Nullable String segment(String name) {
		String[] segments = this.request.path().substring(1).split("/");
		try {
			int index = Integer.parseInt(name, "topic[".length(), name.length() - 1, 10);
			return (index >= 0 && index < segments.length) ? segments[index] : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	@Override
	public Map<String, String> headers() {
		Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (Map.Entry<String, String> header : this.request.headers()) {
			if (!CREDENTIALS.contains(header.getKey().toLowerCase(Locale.ROOT))) {
				all.merge(header.getKey(), header.getValue(), (one, other) -> one + ", " + other);
			}
		}
		return all;
	}

}
