package io.meshbridge.bridge.format;

import java.util.List;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.UnreadableMessageException;

/**
 * The JSON event format, one event or a batch (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">JSON
 * Event Format 1.0.2</a>).
 * <p>
 * JSON data is cut out of the document and put into it byte for byte: parsing and writing
 * it again would change numbers, escapes and spacing. Thread-safe.
 */
public final class JsonEventFormat {

	private JsonEventFormat() {
	}

	/**
	 * Reads one event.
	 * @param document UTF-8 JSON
	 * @throws UnreadableMessageException when it is no JSON object or no valid event
	 */
	public static CloudEvent read(byte[] document) throws UnreadableMessageException {
		return JsonEventReader.read(document);
	}

	/**
	 * Reads a batch; an empty array is a batch of no events.
	 * @param document UTF-8 JSON
	 * @throws UnreadableMessageException when it is no JSON array, or one of its events
	 * is not valid; it counts events from 0
	 */
	public static List<CloudEvent> readBatch(byte[] document) throws UnreadableMessageException {
		return JsonEventReader.readBatch(document);
	}

	/**
	 * Writes one event. JSON data goes in as it is, other text as a string, everything
	 * else as Base64; so does what only claims to be JSON or text.
	 * @return UTF-8 JSON
	 */
	public static byte[] write(CloudEvent event) {
		return JsonEventWriter.write(event);
	}

	/**
	 * Writes a batch.
	 * @return UTF-8 JSON
	 */
	public static byte[] writeBatch(List<CloudEvent> events) {
		return JsonEventWriter.writeBatch(events);
	}

}
