package io.meshbridge.gateway.admin;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The OpenAPI document of the admin API.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTests {

	private RunningGateway gateway;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		this.gateway = new RunningGateway(directory, "routes: [{id: a, from: 'queue:a', to: 'queue:b'}]",
				"--meshbridge.embedded-broker.enabled=false");
	}

	@AfterAll
	void stop() {
		this.gateway.close();
	}

	@Test
	void describesEveryOperation() throws Exception {
		JsonNode document = this.gateway.get("/admin/openapi.json");
		assertThat(document.path("openapi").asString()).startsWith("3.1");
		assertThat(document.at("/info/title").asString()).isEqualTo("Meshbridge admin API");
		Set<String> described = new TreeSet<>();
		document.path("paths")
			.forEachEntry((path, operations) -> operations
				.forEachEntry((method, operation) -> described.add(method.toUpperCase(Locale.ROOT) + " " + path)));
		assertThat(described).isEqualTo(mapped()).contains("POST /admin/dead-letters/replay");
	}

	private Set<String> mapped() {
		Set<String> mapped = new TreeSet<>();
		this.gateway.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
			.getHandlerMethods()
			.keySet()
			.forEach((mapping) -> mapping.getPatternsCondition()
				.getPatterns()
				.stream()
				.map((pattern) -> pattern.getPatternString().replace("{*", "{"))
				.filter((path) -> path.startsWith("/admin/") && !path.startsWith("/admin/openapi.json"))
				.forEach((path) -> mapping.getMethodsCondition()
					.getMethods()
					.forEach((method) -> mapped.add(method + " " + path))));
		return mapped;
	}

	@Test
	void everyReferenceLeadsSomewhere() throws Exception {
		JsonNode document = this.gateway.get("/admin/openapi.json");
		assertThat(document.findValues("$ref")).isNotEmpty()
			.allSatisfy((reference) -> assertThat(document.at(reference.asString().substring(1)).isMissingNode())
				.as(reference.asString())
				.isFalse());
	}

	@Test
	void thereIsNoOtherPageOfIt() throws Exception {
		for (String path : new String[] { "/v3/api-docs", "/swagger-ui.html", "/swagger-ui/index.html" }) {
			assertThat(this.gateway.request("GET", path).statusCode()).as(path).isEqualTo(404);
		}
	}

}
