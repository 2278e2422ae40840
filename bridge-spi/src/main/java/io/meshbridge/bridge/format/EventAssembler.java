package io.meshbridge.bridge.format;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.ethlo.time.ITU;
import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.meshbridge.bridge.UnreadableMessageException;
import org.jspecify.annotations.Nullable;

/**
 * Builds an event from attributes as a message carries them, and says precisely what is
 * wrong when they make no event. One instance builds one event; not thread-safe.
 * <p>
 * Extension names longer than 20 characters are accepted (the specification only advises
 * against them), other names than {@code [a-z0-9]+} are not.
 */
public final class EventAssembler {

	private static final List<String> REQUIRED = List.of("id", "source", "type");

	private final CloudEventBuilder builder;

	private final SpecVersion version;

	private final Set<String> seen = new HashSet<>();

	/**
	 * Starts an event.
	 * @param specVersion value of the {@code specversion} attribute
	 * @throws UnreadableMessageException when it is none of {@code 1.0} and {@code 0.3}
	 */
	public EventAssembler(@Nullable String specVersion) throws UnreadableMessageException {
		this.version = version(specVersion);
		this.builder = CloudEventBuilder.fromSpecVersion(this.version);
	}

	private static SpecVersion version(@Nullable String text) throws UnreadableMessageException {
		if (text == null) {
			throw UnreadableMessageException.attribute("specversion", "is missing");
		}
		if (text.equals("1.0")) {
			return SpecVersion.V1;
		}
		if (text.equals("0.3")) {
			return SpecVersion.V03;
		}
		throw UnreadableMessageException.attribute("specversion", "is '" + text + "', expected '1.0' or '0.3'");
	}

	/**
	 * Adds a context attribute or extension. Attributes whose type the specification
	 * fixes are parsed; the others keep the type they come with.
	 * @param name in lower case
	 * @param value a String, Integer, Boolean, URI, OffsetDateTime or byte[]
	 * @throws UnreadableMessageException when the name or the value is not allowed
	 */
	public void attribute(String name, Object value) throws UnreadableMessageException {
		if (!this.seen.add(name)) {
			throw UnreadableMessageException.attribute(name, "is there twice");
		}
		if (value instanceof String text) {
			requireAllowedCharacters(name, text);
		}
		switch (name) {
			case "specversion" -> {
			}
			case "id" -> this.builder.withId(requireText(name, value));
			case "type" -> this.builder.withType(requireText(name, value));
			case "subject" -> this.builder.withSubject(requireText(name, value));
			case Attributes.DATA_CONTENT_TYPE -> this.builder.withDataContentType(requireText(name, value));
			case "source" -> this.builder.withSource(uri(name, value));
			case "time" -> this.builder.withTime(time(name, value));
			case "dataschema", "schemaurl" -> schema(name, value);
			default -> extension(name, value);
		}
	}

	private void schema(String name, Object value) throws UnreadableMessageException {
		if (name.equals("schemaurl") == (this.version == SpecVersion.V03)) {
			this.builder.withDataSchema(uri(name, value));
		}
		else {
			extension(name, value);
		}
	}

	private void extension(String name, Object value) throws UnreadableMessageException {
		if (!allowedName(name)) {
			throw UnreadableMessageException.attribute(name,
					"has a name that is not allowed, expected only a-z and 0-9, and not 'data'");
		}
		if (value instanceof Boolean flag) {
			this.builder.withExtension(name, flag);
		}
		else if (value instanceof Integer number) {
			this.builder.withExtension(name, number);
		}
		else if (value instanceof URI uri) {
			this.builder.withExtension(name, uri);
		}
		else if (value instanceof OffsetDateTime time) {
			this.builder.withExtension(name, time);
		}
		else if (value instanceof byte[] bytes) {
			this.builder.withExtension(name, bytes);
		}
		else if (value instanceof String text) {
			this.builder.withExtension(name, text);
		}
		else {
			throw UnreadableMessageException.attribute(name, "is a " + value.getClass().getSimpleName()
					+ ", expected text, a 32-bit integer, a boolean, a URI, a timestamp or bytes");
		}
	}

	/**
	 * Finishes the event.
	 * @param data the data bytes; {@code null} for none
	 * @throws UnreadableMessageException when a required attribute is missing
	 */
	public CloudEvent build(byte @Nullable [] data) throws UnreadableMessageException {
		for (String name : REQUIRED) {
			if (!this.seen.contains(name)) {
				throw UnreadableMessageException.attribute(name, "is missing");
			}
		}
		if (data != null) {
			this.builder.withData(BytesCloudEventData.wrap(data));
		}
		return this.builder.build();
	}

	/**
	 * Whether an extension may have this name.
	 */
	public static boolean allowedName(String name) {
		if (name.isEmpty() || name.equals("data")) {
			return false;
		}
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
				return false;
			}
		}
		return true;
	}

	private static String requireText(String name, Object value) throws UnreadableMessageException {
		String text = Attributes.canonical(value);
		if (text.isEmpty()) {
			throw UnreadableMessageException.attribute(name, "is empty");
		}
		return text;
	}

	private static URI uri(String name, Object value) throws UnreadableMessageException {
		if (value instanceof URI uri) {
			return uri;
		}
		String text = requireText(name, value);
		try {
			return new URI(text);
		}
		catch (URISyntaxException ex) {
			throw UnreadableMessageException.attribute(name,
					"is '" + text + "', expected a URI reference: " + ex.getReason());
		}
	}

	private static OffsetDateTime time(String name, Object value) throws UnreadableMessageException {
		if (value instanceof OffsetDateTime time) {
			return time;
		}
		String text = requireText(name, value);
		try {
			return time(text);
		}
		catch (DateTimeException ex) {
			throw UnreadableMessageException.attribute(name,
					"is '" + text + "', expected an RFC 3339 timestamp such as '2018-04-05T17:31:00Z'");
		}
	}

	private static OffsetDateTime time(String text) {
		try {
			return ITU.parseDateTime(text);
		}
		catch (DateTimeException ex) {
			// The offset -00:00, which it refuses, and forms that are near enough.
			return OffsetDateTime.parse(text);
		}
	}

	private static void requireAllowedCharacters(String name, String text) throws UnreadableMessageException {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c >= 0x20 && c < 0x7f) {
				continue;
			}
			int codePoint = text.codePointAt(i);
			if (c < 0xa0 || forbidden(codePoint)) {
				throw UnreadableMessageException.attribute(name, String
					.format("has U+%04X at character %d, which CloudEvents strings must not hold", codePoint, i));
			}
			i += Character.charCount(codePoint) - 1;
		}
	}

	private static boolean forbidden(int codePoint) {
		boolean loneSurrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
		boolean nonCharacter = (codePoint & 0xfffe) == 0xfffe || (codePoint >= 0xfdd0 && codePoint <= 0xfdef);
		return loneSurrogate || nonCharacter;
	}

}
