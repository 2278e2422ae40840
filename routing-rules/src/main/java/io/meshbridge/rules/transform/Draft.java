package io.meshbridge.rules.transform;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.dashjoin.jsonata.Jsonata;
import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An event while it is being changed. Its data is parsed when the first step asks for it.
 * Belongs to one thread.
 */
final class Draft {

	private static final String DATA = "data";

	private static final String DATA_BASE64 = "data_base64";

	private static final List<String> REQUIRED = List.of("id", "source", "type");

	private final AttributeCheck check;

	private final Budget budget;

	private final SpecVersion version;

	/** Typed values, by the names of version 1.0. */
	private final Map<String, Object> attributes = new LinkedHashMap<>();

	private byte @Nullable [] data;

	/** The data as JSON, once a step has asked for it. */
	private @Nullable Object tree;

	Draft(CloudEvent event, AttributeCheck check, Budget budget) {
		this.check = check;
		this.budget = budget;
		this.version = event.getSpecVersion();
		put("id", event.getId());
		put("source", event.getSource());
		put("type", event.getType());
		put("subject", event.getSubject());
		put("time", event.getTime());
		put("datacontenttype", event.getDataContentType());
		put("dataschema", event.getDataSchema());
		event.getExtensionNames().forEach((name) -> put(name, event.getExtension(name)));
		this.data = (event.getData() == null) ? null : event.getData().toBytes();
	}

	private void put(String name, @Nullable Object value) {
		if (value != null) {
			this.attributes.put(name, value);
		}
	}

	Budget budget() {
		return this.budget;
	}

	/**
	 * The value of a placeholder: an attribute, or {@code data} and what is in it.
	 */
	@Nullable String text(String name) throws TransformException {
		if (name.equals(DATA) || name.startsWith("data.") || name.startsWith("data[")) {
			return scalar(PlaceholderPath.find(json(), name.substring(DATA.length())));
		}
		Object value = this.attributes.get(name);
		return (value == null) ? null : canonical(value);
	}

	private static @Nullable String scalar(@Nullable Object value) {
		if (value instanceof BigDecimal number && Math.abs((long) number.scale()) < 40) {
			return number.toPlainString();
		}
		return (value instanceof String || value instanceof Number || value instanceof Boolean) ? value.toString()
				: null;
	}

	private static String canonical(Object value) {
		if (value instanceof OffsetDateTime time) {
			return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
		}
		return (value instanceof byte[] bytes) ? Base64.getEncoder().encodeToString(bytes) : value.toString();
	}

	/**
	 * Gives an attribute a value, or takes it away.
	 * @param value {@code null} for none
	 */
	void set(String name, @Nullable String value) throws TransformException {
		if (value == null) {
			if (REQUIRED.contains(name)) {
				throw new TransformException("'" + name + "' must have a value, and has none for this event");
			}
			this.attributes.remove(name);
			return;
		}
		String wrong = this.check.wrong(value);
		if (wrong != null) {
			throw new TransformException("the text for '" + name + "' " + wrong);
		}
		try {
			this.attributes.put(name, switch (name) {
				case "source", "dataschema" -> URI.create(value);
				case "time" -> OffsetDateTime.parse(value);
				default -> value;
			});
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			throw new TransformException("the text for '" + name + "' is no "
					+ (name.equals("time") ? "time such as 2018-04-05T17:31:00Z" : "URI reference") + ": "
					+ ex.getMessage(), ex);
		}
	}

	void rename(String name, String newName) throws TransformException {
		Object value = this.attributes.remove(name);
		if (value == null) {
			return;
		}
		if (value instanceof String || newName.equals("subject") || newName.equals("time")
				|| newName.equals("dataschema")) {
			set(newName, canonical(value));
		}
		else {
			this.attributes.put(newName, value);
		}
	}

	void remove(String name) {
		this.attributes.remove(name);
	}

	@Nullable String contentType() {
		return (this.attributes.get("datacontenttype") instanceof String type) ? type : null;
	}

	byte @Nullable [] data() {
		return this.data;
	}

	/**
	 * The data as JSON; {@code null} without data.
	 * @throws TransformException when it is none
	 */
	@Nullable Object json() throws TransformException {
		if (this.tree == null && this.data != null) {
			if (!isJson(contentType())) {
				throw new TransformException("the data is no JSON but '" + contentType() + "'");
			}
			this.tree = Json.read(this.data, this.budget);
		}
		return this.tree;
	}

	static boolean isJson(@Nullable String contentType) {
		if (contentType == null) {
			return true;
		}
		String type = contentType.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
		return type.endsWith("/json") || type.endsWith("+json");
	}

	private static boolean isText(@Nullable String contentType) {
		String type = String.valueOf(contentType).toLowerCase(Locale.ROOT);
		return type.startsWith("text/") || type.split(";", 2)[0].strip().endsWith("xml");
	}

	/**
	 * Gives the event other data.
	 * @param contentType {@code null} to leave it as it is
	 */
	void data(byte @Nullable [] bytes, @Nullable String contentType) {
		this.data = bytes;
		this.tree = null;
		if (contentType != null) {
			this.attributes.put("datacontenttype", contentType);
		}
	}

	/**
	 * The whole event in the JSON event format.
	 */
	Map<String, @Nullable Object> envelope() throws TransformException {
		Map<String, @Nullable Object> envelope = new LinkedHashMap<>();
		envelope.put("specversion", this.version.toString());
		this.attributes.forEach((name, value) -> envelope.put(name,
				(value instanceof Integer || value instanceof Boolean) ? value : canonical(value)));
		byte[] bytes = this.data;
		if (bytes == null) {
			return envelope;
		}
		String text = (isText(contentType()) ? utf8(bytes) : null);
		if (text != null) {
			envelope.put(DATA, text);
		}
		else if (contentType() != null && isJson(contentType())) {
			envelope.put(DATA, json());
		}
		else {
			envelope.put(DATA_BASE64, Base64.getEncoder().encodeToString(bytes));
		}
		return envelope;
	}

	private static @Nullable String utf8(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	/**
	 * Becomes what this describes in the JSON event format.
	 */
	void become(Map<?, ?> envelope) throws TransformException {
		Object dataBefore = (this.data == null) ? null : envelope.get(DATA);
		boolean sameData = dataBefore != null && dataBefore == this.tree;
		this.attributes.clear();
		for (Map.Entry<?, ?> entry : envelope.entrySet()) {
			String name = String.valueOf(entry.getKey());
			if (!name.equals(DATA) && !name.equals(DATA_BASE64) && !name.equals("specversion")) {
				attribute(name, entry.getValue());
			}
		}
		for (String name : REQUIRED) {
			if (!(this.attributes.containsKey(name))) {
				throw new TransformException("the result has no '" + name + "', so it is no event");
			}
		}
		if (!sameData) {
			become(envelope.get(DATA), envelope.containsKey(DATA), envelope.get(DATA_BASE64));
		}
	}

	private void attribute(String name, @Nullable Object value) throws TransformException {
		if (value == null || value == Jsonata.NULL_VALUE) {
			return;
		}
		boolean typed = !REQUIRED.contains(name) && !name.equals("subject") && !name.equals("datacontenttype")
				&& !name.equals("time") && !name.equals("dataschema");
		if (value instanceof String text) {
			set(name, text);
		}
		else if (typed && value instanceof Boolean flag) {
			this.attributes.put(name, flag);
		}
		else if (typed && value instanceof Number number && number.doubleValue() == number.intValue()) {
			this.attributes.put(name, number.intValue());
		}
		else {
			throw new TransformException(
					"the result's '" + name + "' is no " + (typed ? "text, 32-bit integer or boolean" : "text"));
		}
	}

	private void become(@Nullable Object newData, boolean present, @Nullable Object base64) throws TransformException {
		this.tree = null;
		if (base64 instanceof String text) {
			try {
				this.data = Base64.getDecoder().decode(text);
			}
			catch (IllegalArgumentException ex) {
				throw new TransformException("the result's 'data_base64' is no Base64: " + ex.getMessage(), ex);
			}
		}
		else if (!present) {
			this.data = null;
		}
		else if (newData instanceof String text && !isJson(contentType())) {
			this.data = text.getBytes(StandardCharsets.UTF_8);
		}
		else {
			this.attributes.putIfAbsent("datacontenttype", "application/json");
			if (!isJson(contentType())) {
				throw new TransformException(
						"the result's 'data' is JSON, and its 'datacontenttype' says '" + contentType() + "'");
			}
			this.data = Json.write(newData, this.budget);
		}
	}

	/**
	 * The event as it is now.
	 * @throws TransformException when it is none
	 */
	CloudEvent event() throws TransformException {
		try {
			CloudEventBuilder event = CloudEventBuilder.fromSpecVersion(this.version);
			for (Map.Entry<String, Object> attribute : this.attributes.entrySet()) {
				put(event, attribute.getKey(), attribute.getValue());
			}
			if (this.data != null) {
				event.withData(this.data);
			}
			return event.build();
		}
		catch (RuntimeException ex) {
			throw new TransformException("the result is no event: " + ex.getMessage(), ex);
		}
	}

	private static void put(CloudEventBuilder event, String name, Object value) {
		switch (name) {
			case "id" -> event.withId((String) value);
			case "source" -> event.withSource((URI) value);
			case "type" -> event.withType((String) value);
			case "subject" -> event.withSubject((String) value);
			case "time" -> event.withTime((OffsetDateTime) value);
			case "datacontenttype" -> event.withDataContentType((String) value);
			case "dataschema" -> event.withDataSchema((URI) value);
			default -> extension(event, name, value);
		}
	}

	private static void extension(CloudEventBuilder event, String name, Object value) {
		if (value instanceof Integer number) {
			event.withExtension(name, number);
		}
		else if (value instanceof Boolean flag) {
			event.withExtension(name, flag);
		}
		else if (value instanceof URI uri) {
			event.withExtension(name, uri);
		}
		else if (value instanceof OffsetDateTime time) {
			event.withExtension(name, time);
		}
		else if (value instanceof byte[] bytes) {
			event.withExtension(name, bytes);
		}
		else {
			event.withExtension(name, value.toString());
		}
	}

}
