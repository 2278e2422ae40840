package io.meshbridge.rules.transform;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A schema registry with the REST API of Confluent's (<a href=
 * "https://docs.confluent.io/platform/current/schema-registry/develop/api.html">API</a>).
 * A schema of a number never changes and is asked for once; which one is the newest of a
 * subject is looked at again after five minutes.
 */
public final class ConfluentRegistry implements SchemaSource {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final Duration NEWEST_FOR = Duration.ofMinutes(5);

	/** Numbers come with the data, so somebody may make them up. */
	private static final int MOST_SCHEMAS = 1000;

	private static final int MOST_REFERENCES = 100;

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

	private final String url;

	private final @Nullable String authorization;

	private final Map<Integer, Registered> known = new ConcurrentHashMap<>();

	private final Map<String, Newest> newest = new ConcurrentHashMap<>();

	private record Newest(int id, long untilNanos) {
	}

	/**
	 * A registry.
	 * @param url where it is, without a user
	 * @param user name for basic authentication; {@code null} for none
	 */
	public ConfluentRegistry(String url, @Nullable String user, @Nullable String password) {
		this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
		this.authorization = (user == null) ? null : "Basic "
				+ Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public Registered byId(int id) throws TransformException {
		Registered present = this.known.get(id);
		if (present != null) {
			return present;
		}
		JsonNode schema = get("/schemas/ids/" + Integer.toUnsignedString(id));
		Registered registered = new Registered(id, format(schema, "/schemas/ids/" + Integer.toUnsignedString(id)));
		if (this.known.size() >= MOST_SCHEMAS) {
			this.known.clear();
		}
		this.known.put(id, registered);
		return registered;
	}

	@Override
	public Registered latest(String subject) throws TransformException {
		Newest present = this.newest.get(subject);
		if (present != null && System.nanoTime() - present.untilNanos() < 0) {
			return byId(present.id());
		}
		int id = get("/subjects/" + encoded(subject) + "/versions/latest").path("id").asInt(-1);
		this.newest.put(subject, new Newest(id, System.nanoTime() + NEWEST_FOR.toNanos()));
		return byId(id);
	}

	private RegisteredFormat format(JsonNode schema, String path) throws TransformException {
		String type = schema.path("schemaType").asString("AVRO");
		String text = schema.path("schema").asString("");
		try {
			switch (type) {
				case "AVRO":
					return RegisteredFormat.avro(text);
				case "JSON":
					return RegisteredFormat.json(text);
				case "PROTOBUF":
					List<byte[]> files = new ArrayList<>();
					addFile(get(path + "?format=serialized"), "", files);
					return RegisteredFormat.protobuf(files);
				default:
					throw new TransformException(
							"the registry has a schema of type '" + type + "', expected AVRO, JSON or PROTOBUF");
			}
		}
		catch (IllegalArgumentException ex) {
			throw new TransformException("the registry's schema " + path + " " + ex.getMessage(), ex);
		}
	}

	/** What a file imports goes before it. */
	private void addFile(JsonNode schema, String name, List<byte[]> files) throws TransformException {
		if (files.size() > MOST_REFERENCES) {
			throw new TransformException("the registry's schema refers to more than " + MOST_REFERENCES + " others");
		}
		for (JsonNode reference : schema.path("references")) {
			addFile(get("/subjects/" + encoded(reference.path("subject").asString("")) + "/versions/"
					+ reference.path("version").asInt(0) + "?format=serialized"), reference.path("name").asString(""),
					files);
		}
		files.add(ProtobufData.named(Base64.getDecoder().decode(schema.path("schema").asString("")), name));
	}

	private JsonNode get(String path) throws TransformException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.url + path))
			.timeout(TIMEOUT)
			.header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
		if (this.authorization != null) {
			request.header("Authorization", this.authorization);
		}
		try {
			HttpResponse<String> answer = this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
			if (answer.statusCode() == 404) {
				throw new TransformException("the schema registry has no " + path);
			}
			if (answer.statusCode() != 200) {
				throw TransformException.inPassing("the schema registry answers " + answer.statusCode() + " to " + path,
						null);
			}
			return JSON.readTree(answer.body());
		}
		catch (IOException ex) {
			throw TransformException.inPassing("the schema registry does not answer: " + ex, ex);
		}
		catch (JacksonException ex) {
			throw TransformException.inPassing("the schema registry answers no JSON to " + path, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw TransformException.inPassing("the gateway stops", ex);
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
