package io.meshbridge.rules;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Answers like a Confluent schema registry, as far as readers ask it.
 */
final class RegistryStandIn implements AutoCloseable {

	private final Map<String, String> answers = new ConcurrentHashMap<>();

	/** What was asked. */
	final List<String> asked = new CopyOnWriteArrayList<>();

	/** What it answers instead, unless 200. */
	volatile int status = 200;

	private final HttpServer server;

	RegistryStandIn() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	/**
	 * Has an answer to a path and query.
	 */
	void answers(String path, String json) {
		this.answers.put(path, json);
	}

	private void answer(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().toString();
		this.asked.add(path + " " + exchange.getRequestHeaders().getFirst("Authorization"));
		String json = this.answers.get(path);
		byte[] body = ((json == null) ? "{\"error_code\":40403}" : json).getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders((this.status != 200) ? this.status : (json == null) ? 404 : 200, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
