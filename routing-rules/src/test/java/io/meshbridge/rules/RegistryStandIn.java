package io.meshbridge.rules;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Answers like a Confluent schema registry, as far as readers ask it. It needs nothing
 * but the JDK, so that other modules can use it too.
 */
public final class RegistryStandIn implements AutoCloseable {

	private static final String LACKING = "{\"error_code\":40403}";

	private final Map<String, String> answers = new ConcurrentHashMap<>();

	private final List<String> asked = new CopyOnWriteArrayList<>();

	private final int port;

	private HttpServer server;

	private volatile int status = 200;

	private volatile String otherwise = LACKING;

	public RegistryStandIn() throws IOException {
		this.server = listen(0);
		this.port = this.server.getAddress().getPort();
	}

	private HttpServer listen(int at) throws IOException {
		HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 10);
		started.createContext("/", this::answer);
		started.start();
		return started;
	}

	public String url() {
		return "http://127.0.0.1:" + this.port;
	}

	/**
	 * Has an answer to a path and query.
	 */
	public void answers(String path, String json) {
		this.answers.put(path, json);
	}

	/**
	 * Has a schema of a number.
	 * @param type {@code AVRO}, {@code JSON} or {@code PROTOBUF}
	 * @param references each a name, a subject and a version, with spaces between them
	 */
	public void schema(int id, String type, String schema, String... references) {
		schema("/schemas/ids/" + id, type, schema, references);
	}

	/**
	 * Has a schema of a version of a subject.
	 */
	public void version(String subject, int version, String type, String schema, String... references) {
		schema("/subjects/" + subject + "/versions/" + version, type, schema, references);
	}

	private void schema(String path, String type, String schema, String... references) {
		String referred = Stream.of(references)
			.map((reference) -> reference.split(" "))
			.map((part) -> "{\"name\": \"%s\", \"subject\": \"%s\", \"version\": %s}".formatted((Object[]) part))
			.collect(Collectors.joining(", "));
		answers(path, "{\"schemaType\": \"%s\", \"schema\": %s, \"references\": [%s]}".formatted(type, quoted(schema),
				referred));
	}

	/**
	 * A text as JSON has it.
	 */
	private static String quoted(String text) {
		return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t") + "\"";
	}

	/**
	 * Answers so from now on, whatever it has; 200 for what it has.
	 */
	public void answersWith(int code) {
		this.status = code;
	}

	/**
	 * What it says where it has nothing.
	 */
	public void saysOtherwise(String body) {
		this.otherwise = body;
	}

	/**
	 * The paths that were asked for.
	 */
	public List<String> asked() {
		return this.asked.stream().map((line) -> line.substring(0, line.indexOf(' '))).toList();
	}

	/**
	 * The paths that were asked for, and with what authorization.
	 */
	List<String> askedWith() {
		return this.asked;
	}

	/**
	 * Nobody listens any more.
	 */
	public void stop() {
		this.server.stop(0);
	}

	/**
	 * Listens where it did before.
	 */
	public void start() throws IOException {
		this.server = listen(this.port);
	}

	private void answer(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().toString();
		this.asked.add(path + " " + exchange.getRequestHeaders().getFirst("Authorization"));
		String json = this.answers.get(path);
		byte[] body = ((json == null) ? this.otherwise : json).getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders((this.status != 200) ? this.status : (json == null) ? 404 : 200, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	@Override
	public void close() {
		stop();
	}

}
