package io.meshbridge.rules;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The {@code event} block of a route: makes an event of a message that is none.
 * <p>
 * A placeholder without a value leaves an optional attribute out, and is an error in
 * {@code id}, {@code source} and {@code type}. Values that go into {@code source} are
 * percent-encoded. Immutable; may be used by any number of threads.
 */
public final class EventTemplate {

	/** Attributes that the block may set, by key, and what holds where it does not. */
	static final Map<String, String> DEFAULT_TEXTS = Map.of("id", "{id}", "source", "{source}", "type",
			"io.meshbridge.{binder}.message", "subject", "{subject}", "data-content-type", "{content-type}");

	/** What holds for a route without an {@code event} block. */
	public static final EventTemplate DEFAULT = new EventTemplate(Map.of(), Map.of());

	private final TextTemplate id;

	private final TextTemplate source;

	private final TextTemplate type;

	private final TextTemplate subject;

	private final TextTemplate dataContentType;

	private final Map<String, TextTemplate> extensions;

	/**
	 * Makes a template.
	 * @param attributes by key of the block; those that are not there have their default
	 * @param extensions by name
	 */
	EventTemplate(Map<String, TextTemplate> attributes, Map<String, TextTemplate> extensions) {
		this.id = attribute(attributes, "id");
		this.source = attribute(attributes, "source");
		this.type = attribute(attributes, "type");
		this.subject = attribute(attributes, "subject");
		this.dataContentType = attribute(attributes, "data-content-type");
		this.extensions = new LinkedHashMap<>(extensions);
	}

	private static TextTemplate attribute(Map<String, TextTemplate> attributes, String key) {
		TextTemplate template = attributes.get(key);
		return (template != null) ? template : TextTemplate.parse(String.valueOf(DEFAULT_TEXTS.get(key)));
	}

	/**
	 * Wraps a message.
	 * @param data the message's data, handed on byte for byte; {@code null} for none
	 * @throws WrapException when a placeholder of a required attribute has no value, or
	 * what comes out is no valid event
	 */
	public CloudEvent wrap(MessageProperties message, byte @Nullable [] data) throws WrapException {
		CloudEventBuilder event = CloudEventBuilder.v1()
			.withId(required("id", this.id, message))
			.withSource(source(message))
			.withType(required("type", this.type, message));
		String subject = optional("subject", this.subject, message);
		// The specification does not allow either of these two to be empty.
		if (subject != null && !subject.isEmpty()) {
			event.withSubject(subject);
		}
		String contentType = optional("datacontenttype", this.dataContentType, message);
		if (contentType != null && !contentType.isEmpty()) {
			event.withDataContentType(contentType);
		}
		for (Map.Entry<String, TextTemplate> extension : this.extensions.entrySet()) {
			String value = optional(extension.getKey(), extension.getValue(), message);
			if (value != null) {
				event.withExtension(extension.getKey(), value);
			}
		}
		if (data != null) {
			event.withData(data);
		}
		return event.build();
	}

	private URI source(MessageProperties message) throws WrapException {
		String text = this.source.fill(message, (out, placeholder, value) -> {
			if (value.codePoints().anyMatch(EventTemplate::isLoneSurrogate)) {
				checkValue("source", placeholder, value);
			}
			if (placeholder.equals("source")) {
				UriText.appendReference(out, value);
			}
			else {
				UriText.appendEncoded(out, value);
			}
		});
		try {
			return new URI(present("source", this.source, message, text));
		}
		catch (URISyntaxException ex) {
			throw new WrapException("attribute 'source': " + Wording.quote(this.source.toString())
					+ " gives no URI reference for this message: " + ex.getMessage());
		}
	}

	private static boolean isLoneSurrogate(int character) {
		return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
	}

	private static String required(String attribute, TextTemplate template, MessageProperties message)
			throws WrapException {
		return present(attribute, template, message, optional(attribute, template, message));
	}

	private static @Nullable String optional(String attribute, TextTemplate template, MessageProperties message)
			throws WrapException {
		return template.fill(message, (out, placeholder, value) -> {
			checkValue(attribute, placeholder, value);
			out.append(value);
		});
	}

	private static void checkValue(String attribute, String placeholder, String value) throws WrapException {
		String wrong = AttributeText.wrong(value);
		if (wrong != null) {
			throw new WrapException(
					"attribute '" + attribute + "': the value of the placeholder '{" + placeholder + "}' " + wrong);
		}
	}

	private static String present(String attribute, TextTemplate template, MessageProperties message,
			@Nullable String text) throws WrapException {
		if (text == null) {
			throw new WrapException("attribute '" + attribute + "': this message has no value for the placeholder '{"
					+ template.missing(message) + "}' of " + Wording.quote(template.toString()));
		}
		if (text.isEmpty()) {
			throw new WrapException("attribute '" + attribute + "': " + Wording.quote(template.toString())
					+ " gives an empty text for this message");
		}
		return text;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof EventTemplate && toString().equals(other.toString());
	}

	@Override
	public int hashCode() {
		return toString().hashCode();
	}

	@Override
	public String toString() {
		return "{id: " + this.id + ", source: " + this.source + ", type: " + this.type + ", subject: " + this.subject
				+ ", data-content-type: " + this.dataContentType + ", extensions: " + this.extensions + "}";
	}

}
