package io.meshbridge.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Asks the gateway in this container whether it is alive: exit code 0 for yes, 1 for no.
 * An image without curl needs it.
 */
final class HealthCheck {

	private HealthCheck() {
	}

	/**
	 * Asks the admin port named by {@code SERVER_PORT}, 8081 by default.
	 */
	public static void main(String[] args) throws InterruptedException {
		String port = System.getenv().getOrDefault("SERVER_PORT", "8081");
		URI uri = URI.create("http://127.0.0.1:" + port + "/actuator/health/liveness");
		HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(4)).build();
		try {
			HttpResponse<Void> response = HttpClient.newHttpClient()
				.send(request, HttpResponse.BodyHandlers.discarding());
			System.exit((response.statusCode() == 200) ? 0 : 1);
		}
		catch (IOException ex) {
			System.exit(1);
		}
	}

}
