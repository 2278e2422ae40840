package io.meshbridge.gateway.admin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.EventAssembler;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.gateway.desk.DeadLetterDesk;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event that an operator puts in the place of a letter's, in the JSON event format.
 * What the letter says of the failure stays.
 *
 * @param event with the attributes of the letter
 * @param changed names of what differs
 */
record CorrectedEvent(CloudEvent event, List<String> changed) {

	private static final JsonMapper JSON = new JsonMapper();

	private static final List<String> REQUIRED = List.of("specversion", "id", "source", "type");

	private static final List<String> IDENTITY = List.of("id", "source");

	static CorrectedEvent of(byte[] document, DeadLetterDesk.OpenLetter letter) {
		CloudEvent sent;
		try {
			sent = JsonEventFormat.read(document);
		}
		catch (UnreadableMessageException ex) {
			throw Problems.badRequest(problems(document, ex));
		}
		CloudEventBuilder merged = CloudEventBuilder.from(sent);
		for (String name : DeadLetterDesk.letterAttributes()) {
			Object kept = letter.event().getExtension(name);
			merged.withoutExtension(name);
			if (kept instanceof Integer number) {
				merged.withExtension(name, number);
			}
			else if (kept != null) {
				merged.withExtension(name, Attributes.canonical(kept));
			}
		}
		CloudEvent event = merged.build();
		List<String> changed = changed(letter.event(), event);
		if (!letter.letter().unreadable() && changed.stream().anyMatch(IDENTITY::contains)) {
			throw Problems.badRequest(List.of("id '" + event.getId() + "' and source '" + event.getSource()
					+ "' make another event, expected '" + letter.event().getId() + "' and '"
					+ letter.event().getSource() + "'; send another event as a new one"));
		}
		return new CorrectedEvent(event, changed);
	}

	/**
	 * Everything that is wrong, where one thing after the other would be told.
	 */
	private static List<String> problems(byte[] document, UnreadableMessageException first) {
		List<String> problems = new ArrayList<>();
		JsonNode object;
		try {
			object = JSON.readTree(document);
		}
		catch (JacksonException ex) {
			return List.of(String.valueOf(first.getMessage()));
		}
		for (String name : REQUIRED) {
			if (object.path(name).isMissingNode() || object.path(name).isNull()) {
				problems.add("attribute '" + name + "' is missing");
			}
		}
		object.properties().forEach((entry) -> {
			JsonNode value = entry.getValue();
			if (!entry.getKey().startsWith("data") && value.isValueNode() && !value.isNull()) {
				try {
					new EventAssembler("1.0").attribute(entry.getKey(), value.asString());
				}
				catch (UnreadableMessageException ex) {
					problems.add(String.valueOf(ex.getMessage()));
				}
			}
		});
		String told = String.valueOf(first.getMessage());
		if (!problems.contains(told)) {
			problems.add(0, told);
		}
		return problems;
	}

	private static List<String> changed(CloudEvent before, CloudEvent after) {
		Map<String, String> old = attributes(before);
		Map<String, String> now = attributes(after);
		TreeSet<String> names = new TreeSet<>(old.keySet());
		names.addAll(now.keySet());
		List<String> changed = new ArrayList<>();
		for (String name : names) {
			if (!Objects.equals(old.get(name), now.get(name))) {
				changed.add(name);
			}
		}
		if (!Arrays.equals(data(before), data(after))) {
			changed.add("data");
		}
		return changed;
	}

	private static Map<String, String> attributes(CloudEvent event) {
		Map<String, String> attributes = new TreeMap<>();
		Attributes.forEach(event, (name, value) -> attributes.put(name, Attributes.canonical(value)));
		if (event.getDataContentType() != null) {
			attributes.put(Attributes.DATA_CONTENT_TYPE, event.getDataContentType());
		}
		return attributes;
	}

	private static byte @Nullable [] data(CloudEvent event) {
		return (event.getData() == null) ? null : event.getData().toBytes();
	}

}
