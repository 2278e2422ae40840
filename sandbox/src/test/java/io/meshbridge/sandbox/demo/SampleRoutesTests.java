package io.meshbridge.sandbox.demo;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteCompiler;
import io.meshbridge.rules.YamlSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SampleRoutesTests {

	private static String text() throws Exception {
		try (InputStream routes = Demo.class.getResourceAsStream("demo-routes.yaml")) {
			return new String(Objects.requireNonNull(routes).readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private static List<Route> routes() throws Exception {
		YamlSettings.RuleFile file = YamlSettings.ruleFile("demo-routes.yaml", text());
		EndpointCatalog catalog = new EndpointCatalog(Set.of("kafka", "rabbit", "mqtt", "http"), Set.of());
		return new RouteCompiler(catalog).compile(List.of(Objects.requireNonNull(file.routes())), file.delivery());
	}

	private static Set<String> protocols(List<String> endpoints) {
		return endpoints.stream().map((endpoint) -> endpoint.replaceFirst(":.*", "")).collect(Collectors.toSet());
	}

	@Test
	void readFromAndWriteToAllFourProtocols() throws Exception {
		List<Route> routes = routes();
		assertThat(protocols(routes.stream().map((route) -> route.from().toString()).toList()))
			.containsExactlyInAnyOrder("mqtt", "kafka", "rabbit", "http");
		assertThat(protocols(routes.stream()
			.flatMap((route) -> route.to().stream())
			.map((target) -> target.endpoint().toString())
			.toList())).containsExactlyInAnyOrder("mqtt", "kafka", "rabbit", "http");
	}

	@Test
	void areWatchedAtEveryTarget() throws Exception {
		RouteEndpoints endpoints = RouteEndpoints.of(text());
		assertThat(endpoints.targetsAt("kafka")).containsExactly("dead-letters", "orders", "readings");
		assertThat(endpoints.targetsAt("rabbit")).containsExactly("alarms", "orders");
		assertThat(endpoints.targetsAt("mqtt")).containsExactly("alarms/plant");
		assertThat(endpoints.targetsAt("http")).containsExactly("//127.0.0.1:8090/alarms",
				"//127.0.0.1:8090/big-orders");
	}

}
