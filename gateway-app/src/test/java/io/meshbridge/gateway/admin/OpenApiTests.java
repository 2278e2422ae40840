package io.meshbridge.gateway.admin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

	@Test
	void saysWhatEachOperationDoesAndTakesAndRefuses() throws Exception {
		JsonNode document = this.gateway.get("/admin/openapi.json");
		List<String> silent = new ArrayList<>();
		document.path("paths").forEachEntry((path, operations) -> operations.forEachEntry((method, operation) -> {
			String name = method + " " + path;
			if (operation.path("summary").asString("").isBlank()) {
				silent.add(name);
			}
			operation.path("parameters").forEach((parameter) -> {
				if (parameter.path("description").asString("").isBlank()) {
					silent.add(name + " " + parameter.path("name").asString());
				}
			});
		}));
		assertThat(silent).isEmpty();
		JsonNode put = document.at("/paths/~1admin~1routes~1{id}/put");
		assertThat(put.path("summary").asString())
			.isEqualTo("Puts a route in the place of the one with its id, or behind all others.");
		assertThat(put.path("parameters").findValuesAsString("name")).containsExactlyInAnyOrder("id", "dry-run",
				"If-Match", "If-None-Match");
		assertThat(put.at("/responses/412/content/application~1problem+json/schema/$ref").asString())
			.isEqualTo("#/components/schemas/ProblemDetail");
		assertThat(document.at("/paths/~1admin~1dead-letters/get/parameters").findValuesAsString("name"))
			.contains("route", "size", "order")
			.doesNotContain("parameters");
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
