package io.meshbridge.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.test.RawMessage;

/**
 * HTTP with the JDK's client and server.
 */
final class HttpPeer extends Peer {

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(5))
		.build();

	private final ExecutorService threads = Executors.newFixedThreadPool(8);

	private final HttpServer server;

	private volatile int gatewayPort;

	HttpPeer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
		this.server.setExecutor(this.threads);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	void gatewayPort(int port) {
		this.gatewayPort = port;
	}

	@Override
	String name() {
		return "http";
	}

	@Override
	String from(String destination) {
		return "http:/" + destination;
	}

	@Override
	String to(String destination) {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/" + destination;
	}

	@Override
	List<String> options() {
		return List.of();
	}

	@Override
	void open(Collection<String> sources, Collection<String> targets) {
	}

	private void handle(HttpExchange exchange) throws IOException {
		Map<String, Object> headers = new HashMap<>();
		exchange.getRequestHeaders()
			.forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
		Object contentType = headers.remove("content-type");
		byte[] body = exchange.getRequestBody().readAllBytes();
		arrived(exchange.getRequestURI().getPath().substring(1),
				new RawMessage(headers, (contentType == null) ? null : contentType.toString(), null, body));
		exchange.sendResponseHeaders(204, -1);
		exchange.close();
	}

	@Override
	void send(String destination, RawMessage message) throws Exception {
		HttpResponse<String> response = post(destination, message);
		if (response.statusCode() != 202) {
			throw new IOException("answer " + response.statusCode() + " " + response.body());
		}
	}

	HttpResponse<String> post(String destination, RawMessage message) throws IOException, InterruptedException {
		URI uri = URI.create("http://127.0.0.1:" + this.gatewayPort + "/" + destination);
		HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(90));
		message.headers().forEach((name, value) -> request.header(name, value.toString()));
		if (message.contentType() != null) {
			request.header("Content-Type", message.contentType());
		}
		request.POST((message.body() == null) ? HttpRequest.BodyPublishers.noBody()
				: HttpRequest.BodyPublishers.ofByteArray(message.body()));
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	@Override
	String headerName(String attribute) {
		return "ce-" + attribute;
	}

	/** HTTP binding 1.0.2, 3.1.3.2: percent-encoding of what headers can't hold. */
	@Override
	Object headerValue(Object value) {
		StringBuilder encoded = new StringBuilder();
		for (byte octet : Attributes.canonical(value).getBytes(StandardCharsets.UTF_8)) {
			int code = octet & 0xff;
			if (code > 0x20 && code < 0x7f && code != '"' && code != '%') {
				encoded.append((char) code);
			}
			else {
				encoded.append(String.format(Locale.ROOT, "%%%02X", code));
			}
		}
		return encoded.toString();
	}

	@Override
	Object headerMeaning(Object value) {
		return URLDecoder.decode(value.toString().replace("+", "%2B"), StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

}
