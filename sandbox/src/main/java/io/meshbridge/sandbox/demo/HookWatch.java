package io.meshbridge.sandbox.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A web server that takes whatever is posted to it, and shows it.
 */
final class HookWatch implements AutoCloseable {

	private static final String PREFIX = "ce-";

	private static final int NO_CONTENT = 204;

	private final HttpServer server;

	private final ExecutorService threads = Executors.newFixedThreadPool(2, (task) -> {
		Thread thread = new Thread(task, "demo-hook-watch");
		thread.setDaemon(true);
		return thread;
	});

	private final Consumer<Arrival> arrivals;

	HookWatch(int port, Consumer<Arrival> arrivals) throws DemoException {
		this.arrivals = arrivals;
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
		}
		catch (IOException ex) {
			throw new DemoException("the web server can't listen on port " + port + ": " + ex);
		}
		this.server.setExecutor(this.threads);
		this.server.createContext("/", this::take);
		this.server.start();
	}

	private void take(HttpExchange exchange) throws IOException {
		try (exchange) {
			byte[] body = exchange.getRequestBody().readAllBytes();
			Map<String, String> headers = new TreeMap<>();
			exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, decode(values.get(0))));
			String target = target(this.server.getAddress().getPort(), exchange.getRequestURI().getPath());
			this.arrivals.accept(Arrival.of(target, headers.get("Content-type"), PREFIX, lowerCase(headers), body));
			exchange.sendResponseHeaders(NO_CONTENT, -1);
		}
	}

	/**
	 * How a URL on this server is called on the screen.
	 */
	static String target(int port, String path) {
		return "http:" + port + path;
	}

	/** Values of {@code ce-} headers are percent-encoded; a plus sign is one. */
	private static String decode(String value) {
		try {
			return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return value;
		}
	}

	private static Map<String, String> lowerCase(Map<String, String> headers) {
		Map<String, String> result = new TreeMap<>();
		headers.forEach((name, value) -> result.put(name.toLowerCase(Locale.ROOT), value));
		return result;
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

}
