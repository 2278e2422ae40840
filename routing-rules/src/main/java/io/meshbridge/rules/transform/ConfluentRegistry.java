package io.meshbridge.rules.transform;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A schema registry with the REST API of Confluent's (<a href=
 * "https://docs.confluent.io/platform/current/schema-registry/develop/api.html">API</a>).
 * A schema of a number never changes and is asked for once; which one is the newest of a
 * subject is looked at again after five minutes, and what the registry lacks after five
 * seconds.
 */
public final class ConfluentRegistry implements SchemaSource {

	private static final Duration NEWEST_FOR = Duration.ofMinutes(5);

	private static final Duration LACKING_FOR = Duration.ofSeconds(5);

	/** Numbers come with the data, so somebody may make them up. */
	private static final int MOST_KNOWN = 1000;

	private static final int MOST_REFERENCES = 100;

	private final String url;

	private final RegistryClient client;

	private final LongSupplier nanoTime;

	private final Map<Integer, Registered> known = new ConcurrentHashMap<>();

	private final Map<String, Newest> newest = new ConcurrentHashMap<>();

	private final Map<String, Lacking> lacking = new ConcurrentHashMap<>();

	private record Newest(int id, long untilNanos) {
	}

	private record Lacking(String why, long untilNanos) {
	}

	/**
	 * Hears whether the registry can be asked, on threads that must not be kept.
	 */
	public interface Watch {

		/** Where each who asks hears it himself. */
		Watch NOBODY = new Watch() {

			@Override
			public void away(String why) {
			}

			@Override
			public void back() {
			}

		};

		/**
		 * It does not answer as it should, for the first time in a minute at least.
		 */
		void away(String why);

		/**
		 * It answers again.
		 */
		void back();

	}

	/**
	 * A registry.
	 * @param url where it is, without a user
	 * @param user name for basic authentication; {@code null} for none
	 */
	public ConfluentRegistry(String url, @Nullable String user, @Nullable String password, Watch watch) {
		this(url, user, password, watch, System::nanoTime);
	}

	/**
	 * A registry.
	 * @param url where it is, without a user
	 * @param user name for basic authentication; {@code null} for none
	 * @param nanoTime tells how time passes
	 */
	public ConfluentRegistry(String url, @Nullable String user, @Nullable String password, Watch watch,
			LongSupplier nanoTime) {
		this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
		this.client = new RegistryClient(this.url,
				(user == null) ? null : "Basic "
						+ Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)),
				watch, nanoTime);
		this.nanoTime = nanoTime;
	}

	@Override
	public Registered byId(int id) throws TransformException {
		Registered present = this.known.get(id);
		return (present != null) ? present : askedFor(id);
	}

	/** One at a time: events that need the same schema come together. */
	private synchronized Registered askedFor(int id) throws TransformException {
		Registered present = this.known.get(id);
		if (present != null) {
			return present;
		}
		String path = "/schemas/ids/" + Integer.toUnsignedString(id);
		Registered registered = unlessLacking(path,
				() -> new Registered(id, format(schema(this.client.get(path), path), path)));
		put(this.known, id, registered);
		return registered;
	}

	@Override
	public Registered latest(String subject) throws TransformException {
		Newest present = this.newest.get(subject);
		return byId((present != null && this.nanoTime.getAsLong() - present.untilNanos() < 0) ? present.id()
				: newestOf(subject));
	}

	private synchronized int newestOf(String subject) throws TransformException {
		Newest present = this.newest.get(subject);
		if (present != null && this.nanoTime.getAsLong() - present.untilNanos() < 0) {
			return present.id();
		}
		String path = "/subjects/" + encoded(subject) + "/versions/latest";
		JsonNode id = unlessLacking(path, () -> this.client.get(path)).path("id");
		if (!id.isInt()) {
			throw TransformException.inPassing("the schema registry answers without an 'id' to " + path, null);
		}
		put(this.newest, subject, new Newest(id.asInt(), this.nanoTime.getAsLong() + NEWEST_FOR.toNanos()));
		return id.asInt();
	}

	/**
	 * What can't be had is not asked for again at once, since every event may ask for it.
	 */
	private <T> T unlessLacking(String path, Request<T> request) throws TransformException {
		Lacking present = this.lacking.get(path);
		if (present != null && this.nanoTime.getAsLong() - present.untilNanos() < 0) {
			throw new TransformException(present.why());
		}
		try {
			return request.ask();
		}
		catch (TransformException ex) {
			if (!ex.inPassing()) {
				put(this.lacking, path, new Lacking(String.valueOf(ex.getMessage()),
						this.nanoTime.getAsLong() + LACKING_FOR.toNanos()));
			}
			throw ex;
		}
	}

	private interface Request<T> {

		T ask() throws TransformException;

	}

	private static <K, V> void put(Map<K, V> kept, K key, V value) {
		if (kept.size() >= MOST_KNOWN) {
			kept.clear();
		}
		kept.put(key, value);
	}

	private static JsonNode schema(JsonNode answer, String path) throws TransformException {
		if (!answer.path("schema").isString()) {
			throw TransformException.inPassing("the schema registry answers without a 'schema' to " + path, null);
		}
		return answer;
	}

	private RegisteredFormat format(JsonNode schema, String path) throws TransformException {
		String type = schema.path("schemaType").asString("AVRO");
		String text = schema.path("schema").asString("");
		try {
			switch (type) {
				case "AVRO":
					List<String> schemas = new ArrayList<>(referenced(schema).values());
					schemas.add(text);
					return RegisteredFormat.avro(schemas);
				case "JSON":
					return RegisteredFormat.json(text);
				case "PROTOBUF":
					return RegisteredFormat.protobuf(text, referenced(schema));
				default:
					throw new TransformException(
							"the registry has a schema of type '" + type + "', expected AVRO, JSON or PROTOBUF");
			}
		}
		catch (IllegalArgumentException ex) {
			throw new TransformException("the registry's schema " + path + " " + ex.getMessage(), ex);
		}
	}

	/** By name, each behind what it refers to itself. */
	private Map<String, String> referenced(JsonNode schema) throws TransformException {
		Map<String, String> texts = new LinkedHashMap<>();
		addReferenced(schema, texts, new HashSet<>());
		return texts;
	}

	private void addReferenced(JsonNode schema, Map<String, String> texts, Set<String> seen) throws TransformException {
		for (JsonNode reference : schema.path("references")) {
			String name = reference.path("name").asString("");
			if (!seen.add(name)) {
				continue;
			}
			if (seen.size() > MOST_REFERENCES) {
				throw new TransformException(
						"the registry's schema refers to more than " + MOST_REFERENCES + " others");
			}
			String path = "/subjects/" + encoded(reference.path("subject").asString("")) + "/versions/"
					+ reference.path("version").asInt(0);
			JsonNode other = schema(this.client.get(path), path);
			addReferenced(other, texts, seen);
			texts.put(name, other.path("schema").asString(""));
		}
	}

	private static String encoded(String segment) {
		return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
	}

	@Override
	public String toString() {
		return this.url;
	}

}
