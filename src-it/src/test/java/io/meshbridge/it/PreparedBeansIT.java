package io.meshbridge.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.meshbridge.bridge.test.broker.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packaged gateway starts with the bean definitions of the build, and without where
 * the user's settings or plug-ins may lead to others. What Spring Boot says when it
 * starts tells which.
 */
class PreparedBeansIT {

	private static final String PREPARED = "Starting AOT-processed GatewayApplication";

	private static final String ROUTES = """
			routes:
			  - { id: only, from: 'http:/in', accept: delivered, to: 'http://127.0.0.1:9/' }
			""";

	private static final String LOGGED = "--logging.level.io.meshbridge.gateway.aot=DEBUG";

	@TempDir
	private Path folder = Path.of("");

	@Test
	void areTakenWithTheEmbeddedBrokerAndABinderThatTheUserNames() throws Exception {
		int mqtt = FreePort.any();
		Files.writeString(this.folder.resolve("routes.yaml"), """
				routes:
				  - { id: named, from: 'mqtt:in', to: 'second:out' }
				""");
		try (GatewayProcess gateway = new GatewayProcess(this.folder, List.of(
				"--meshbridge.embedded-broker.enabled=true", "--meshbridge.embedded-broker.mqtt.port=" + mqtt,
				"--meshbridge.embedded-broker.amqp.enabled=false", "--spring.cloud.stream.binders.second.type=mqtt",
				"--spring.cloud.stream.binders.second.environment.meshbridge.mqtt.url=tcp://127.0.0.1:" + mqtt))) {
			gateway.start().awaitBound();
			assertThat(gateway.logText()).contains(PREPARED);
			assertThat(gateway.admin("/actuator/health").path("components").propertyNames()).contains("embeddedBroker");
			assertThat(gateway.admin("/admin/bindings").findValuesAsString("name")).contains("mqtt:in", "second:out");
		}
	}

	@Test
	void areTakenWithoutTheEmbeddedBrokerAndItsBeansAreNotThere() throws Exception {
		try (GatewayProcess gateway = new GatewayProcess(this.folder, ROUTES, List.of())) {
			gateway.start().awaitBound();
			assertThat(gateway.logText()).contains(PREPARED);
			assertThat(gateway.admin("/actuator/health").path("components").propertyNames())
				.doesNotContain("embeddedBroker");
		}
	}

	@Test
	void areNotTakenWhereASettingWantsOtherBeans() throws Exception {
		int actuator = FreePort.any();
		try (GatewayProcess gateway = new GatewayProcess(this.folder, ROUTES,
				List.of("--management.server.port=" + actuator, LOGGED))) {
			gateway.start().awaitBound();
			assertThat(gateway.logText()).doesNotContain(PREPARED)
				.contains("The bean definitions of the build are not used, there it was: [management.server.port]");
			HttpRequest health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + actuator + "/actuator/health"))
				.build();
			assertThat(HttpClient.newHttpClient().send(health, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
		}
	}

	@Test
	void areNotTakenWhereAPlugInHasConfigurations() throws Exception {
		Path configurations = this.folder
			.resolve("plugins/META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports");
		Files.createDirectories(configurations.getParent());
		Files.writeString(configurations, "# none");
		try (GatewayProcess gateway = new GatewayProcess(this.folder, ROUTES, List.of(LOGGED))) {
			gateway.jvm("-Dloader.path=plugins/").start().awaitBound();
			assertThat(gateway.logText()).doesNotContain(PREPARED).contains("there it was: [(configurations)=");
		}
	}

	@Test
	void areNotTakenWhereTheUserSaysSo() throws Exception {
		try (GatewayProcess gateway = new GatewayProcess(this.folder, ROUTES, List.of())) {
			gateway.jvm("-Dspring.aot.enabled=false").start().awaitBound();
			assertThat(gateway.logText()).doesNotContain(PREPARED);
		}
	}

}
