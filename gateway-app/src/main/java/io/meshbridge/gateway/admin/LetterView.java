package io.meshbridge.gateway.admin;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.MediaTypes;
import io.meshbridge.gateway.desk.DeadLetterDesk;
import io.meshbridge.gateway.desk.Letter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One dead letter as the admin API shows it, with all that is known of it.
 *
 * @param letter what the list shows too
 * @param activeRevision fingerprint of the rule as it is now, if the route is active
 * @param ruleChanged whether the rule is another one than when the letter was made
 * @param underWay whether it is being sent again at the moment
 * @param refusal why it can't be sent again, if it can't
 * @param history the attempts, oldest first
 * @param attributes of the event, without those of the letter
 * @param data the data, if it is JSON
 * @param dataText the data, if it is other text
 * @param dataBase64 the data, if it is neither
 * @param headers of a message that could not be read
 */
record LetterView(Letter letter, @Nullable String activeRevision, @Nullable Boolean ruleChanged, boolean underWay,
		@Nullable String refusal, List<Attempt> history, Map<String, Object> attributes, @Nullable JsonNode data,
		@Nullable String dataText, @Nullable String dataBase64, @Nullable JsonNode headers) {

	private static final JsonMapper JSON = new JsonMapper();

	static LetterView of(DeadLetterDesk.OpenLetter open) {
		Letter letter = open.letter();
		CloudEvent event = open.event();
		byte[] data = (event.getData() == null) ? null : event.getData().toBytes();
		String type = event.getDataContentType();
		String text = (data == null) ? null : utf8(data);
		JsonNode json = (text != null && type != null && MediaTypes.json(type)) ? json(text) : null;
		Boolean changed = (letter.revision() == null || open.activeRevision() == null) ? null
				: (Boolean) !letter.revision().equals(open.activeRevision());
		return new LetterView(letter, open.activeRevision(), changed, open.underWay(), open.refusal(),
				history(letter, event), attributes(event), json, (json == null) ? text : null,
				(data != null && text == null) ? Base64.getEncoder().encodeToString(data) : null,
				json(Attributes.text(event, "dlheaders")));
	}

	/**
	 * What it is without what the letter adds.
	 */
	private static Map<String, Object> attributes(CloudEvent event) {
		Map<String, Object> attributes = new LinkedHashMap<>();
		Attributes.forEach(event, (name, value) -> {
			if (!DeadLetterDesk.letterAttributes().contains(name)) {
				attributes.put(name,
						(value instanceof Integer || value instanceof Boolean) ? value : Attributes.canonical(value));
			}
		});
		if (event.getDataContentType() != null) {
			attributes.put(Attributes.DATA_CONTENT_TYPE, event.getDataContentType());
		}
		return attributes;
	}

	private static List<Attempt> history(Letter letter, CloudEvent event) {
		List<Attempt> attempts = new ArrayList<>();
		JsonNode told = json(Attributes.text(event, "dlhistory"));
		if (told != null) {
			told.forEach((attempt) -> attempts.add(new Attempt(attempt.path("time").asString(""),
					attempt.path("code").asString(""), attempt.path("answer").asString(""))));
		}
		else if (letter.code() != null && letter.attempts() > 0) {
			attempts.add(new Attempt(letter.time().toString(), letter.code(), String.valueOf(letter.reason())));
		}
		return attempts;
	}

	private static @Nullable JsonNode json(@Nullable String text) {
		try {
			return (text == null || text.isEmpty()) ? null : JSON.readTree(text);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	private static @Nullable String utf8(byte[] data) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	/**
	 * One attempt at the target.
	 *
	 * @param time when it failed
	 */
	record Attempt(String time, String code, String answer) {
	}

	/**
	 * A page of letters.
	 *
	 * @param total how many the filter applies to
	 * @param next where the page after this one is, if there is one
	 */
	record Page(long total, List<Letter> letters, @Nullable String next) {
	}

}
