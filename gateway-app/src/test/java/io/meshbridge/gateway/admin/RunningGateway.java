package io.meshbridge.gateway.admin;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.meshbridge.gateway.GatewayApplication;
import io.meshbridge.gateway.queue.Queues;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.messaging.support.GenericMessage;

/**
 * The gateway with its admin API on a free port, asked the way an operator asks it.
 */
final class RunningGateway implements AutoCloseable {

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient client = HttpClient.newHttpClient();

	private final Queues queues = new Queues();

	private final ConfigurableApplicationContext context;

	RunningGateway(Path directory, String routes, String... arguments) throws IOException {
		Path file = Files.writeString(directory.resolve("routes.yaml"), routes);
		List<String> all = new ArrayList<>(
				List.of("--meshbridge.http.port=0", "--server.port=0", "--meshbridge.routes-file=" + file,
						"--meshbridge.data-dir=" + directory.resolve("data"), "--meshbridge.broker-check-interval=1s"));
		all.addAll(List.of(arguments));
		this.context = new SpringApplicationBuilder(GatewayApplication.class).web(WebApplicationType.REACTIVE)
			.initializers((starting) -> starting.getBeanFactory().registerSingleton("queues", this.queues))
			.run(all.toArray(String[]::new));
	}

	Queues queues() {
		return this.queues;
	}

	/**
	 * Puts an event into a queue that a route may read.
	 */
	void send(String queue, String id, String type) {
		send(queue, id, type, Map.of());
	}

	/**
	 * Puts an event with more attributes into a queue.
	 */
	void send(String queue, String id, String type, Map<String, String> attributes) {
		Map<String, Object> headers = new HashMap<>(Map.of("ce-specversion", "1.0", "ce-id", id, "ce-source", "/shop",
				"ce-type", type, "contentType", "application/json"));
		attributes.forEach((name, value) -> headers.put("ce-" + name, value));
		this.queues.queue(queue).add(new GenericMessage<>("{}".getBytes(StandardCharsets.UTF_8), headers));
	}

	/**
	 * Waits until every source and target is bound; before that a broker may have nobody
	 * to keep an event for.
	 */
	void awaitBound() {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> get("/admin/bindings").valueStream()
				.allMatch((binding) -> binding.path("state").asString().equals("BOUND")));
	}

	/**
	 * Sends a request to a path that is written as it goes over the wire.
	 */
	HttpResponse<String> request(String method, String path) throws IOException, InterruptedException {
		return request(method, path, "");
	}

	/**
	 * Sends a request with a JSON body, unless that is empty.
	 */
	HttpResponse<String> request(String method, String path, String body) throws IOException, InterruptedException {
		return request(method, path, body, Map.of());
	}

	/**
	 * Sends a request with a body and more headers.
	 */
	HttpResponse<String> request(String method, String path, String body, Map<String, String> headers)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
			.timeout(Duration.ofSeconds(30))
			.header("Content-Type", "application/json")
			.method(method,
					body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
		headers.forEach(request::header);
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	<T> T bean(String name, Class<T> type) {
		return this.context.getBean(name, type);
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	/**
	 * The answer to a GET, whatever its status code.
	 */
	JsonNode get(String path) throws IOException, InterruptedException {
		return json(request("GET", path));
	}

	static JsonNode json(HttpResponse<String> response) {
		return JSON.readTree(response.body());
	}

	@Override
	public void close() {
		this.context.close();
	}

}
