package io.meshbridge.gateway.admin;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code /admin/explain} and {@code /admin/routes:diff}, over HTTP.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExplainApiTests {

	private static final String ROUTES = """
			routes:
			  - {id: orders, from: 'queue:in', filters: [{exact: {type: order}}], to: 'queue:orders'}
			  - {id: other, from: 'queue:in', filters: [{not: {exact: {type: order}}}], to: 'queue:other'}
			""";

	private RunningGateway gateway;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		this.gateway = new RunningGateway(directory, ROUTES, "--meshbridge.embedded-broker.enabled=false");
		this.gateway.awaitBound();
	}

	@AfterAll
	void stop() {
		this.gateway.close();
	}

	@Test
	void explainsWithoutSending() throws Exception {
		JsonNode explained = RunningGateway.json(this.gateway.request("POST", "/admin/explain?from=queue:in",
				"{\"specversion\":\"1.0\",\"id\":\"explained\",\"source\":\"/s\",\"type\":\"order\"}"));
		assertThat(explained.path("matching").asInt()).isEqualTo(1);
		assertThat(explained.at("/routes/0/filters/why").asString()).isEqualTo("type is 'order'");
		assertThat(explained.at("/routes/0/targets/0/to").asString()).isEqualTo("queue:orders");
		assertThat(explained.at("/routes/1/matches").asBoolean(true)).isFalse();
		assertThat(this.gateway.queues().queue("orders"))
			.noneMatch((message) -> "explained".equals(message.getHeaders().get("ce-id")));
	}

	@Test
	void saysWhatIsNoEvent() throws Exception {
		HttpResponse<String> answer = this.gateway.request("POST", "/admin/explain", "{\"id\":\"1\"}");
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(answer.body()).contains("attribute 'specversion' is missing");
	}

	@Test
	void triesOtherRulesOnTheLastEvents() throws Exception {
		for (int i = 0; i < 8; i++) {
			this.gateway.send("in", "d" + i, (i < 3) ? "order" : "visit", Map.of("n", "" + i));
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> this.gateway.queues().queue("other").size() >= 5);
		JsonNode diff = RunningGateway.json(this.gateway.request("POST", "/admin/routes:diff?minutes=5", """
				routes:
				  - {id: orders, from: 'queue:in', filters: [{exact: {type: order}}], transform: [{set: {subject: x}}],
				     to: 'queue:orders'}
				  - {id: other, from: 'queue:in', filters: [{sql: "INT(n) > 5"}], to: 'queue:other'}
				  - {id: all, from: 'queue:in', to: 'queue:all'}
				"""));
		assertThat(diff.path("events").asInt()).isEqualTo(8);
		assertThat(diff.path("unchanged").asInt()).isEqualTo(2);
		assertThat(diff.at("/changed/0/route").asString()).isEqualTo("orders");
		assertThat(diff.at("/changed/0/events").asInt()).isEqualTo(3);
		assertThat(diff.at("/removed/0/to").asString()).isEqualTo("queue:other");
		assertThat(diff.at("/removed/0/events").asInt()).isEqualTo(3);
		assertThat(diff.at("/removed/0/samples/0/id").asString()).isEqualTo("d3");
		assertThat(diff.at("/added/0/route").asString()).isEqualTo("all");
		assertThat(diff.at("/added/0/events").asInt()).isEqualTo(8);
		assertThat(diff.at("/added/0/samples")).hasSize(5);
		assertThat(RunningGateway.json(this.gateway.request("GET", "/admin/routes"))).hasSize(2);
	}

	@Test
	void saysWhatIsWrongWithTheOtherRules() throws Exception {
		HttpResponse<String> answer = this.gateway.request("POST", "/admin/routes:diff", "routes: [{id: a}]");
		assertThat(answer.statusCode()).isEqualTo(422);
		assertThat(RunningGateway.json(answer).at("/problems/0/at").asString()).isEqualTo("request:1:10");
		assertThat(this.gateway.request("POST", "/admin/routes:diff?minutes=0", "routes: []").statusCode())
			.isEqualTo(400);
	}

}
