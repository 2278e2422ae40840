package io.meshbridge.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * One request after the other; acknowledged by 202.
 */
final class HttpNumberSender implements NumberSender {

	private static final Duration WAIT = Duration.ofSeconds(30);

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(WAIT)
		.build();

	private final int port;

	HttpNumberSender(int port) {
		this.port = port;
	}

	@Override
	public void send(String destination, LedgerEvent event, Runnable acknowledged)
			throws IOException, InterruptedException {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:%d/%s".formatted(this.port, destination)))
			.timeout(WAIT)
			.header("Content-Type", LedgerEvent.CONTENT_TYPE)
			.POST(HttpRequest.BodyPublishers.ofByteArray(event.json()))
			.build();
		if (this.client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 202) {
			acknowledged.run();
		}
	}

	@Override
	public void close() {
		// The JDK's client ends with the last reference to it.
	}

}
