package io.meshbridge.gateway.admin;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The CloudEvents Subscriptions API, over HTTP.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SubscriptionsApiTests {

	private Path file;

	private RunningGateway gateway;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		this.gateway = new RunningGateway(directory, """
				routes:
				  # as somebody wrote it
				  - {id: hook, from: 'queue:in', filters: {exact: {type: a}}, to: 'https://example.com/hook'}
				  - {id: both, from: 'queue:in', to: ['queue:a', 'queue:b']}
				""", "--meshbridge.embedded-broker.enabled=false");
		this.file = directory.resolve("routes.yaml");
		this.gateway.awaitBound();
	}

	@AfterAll
	void stop() {
		this.gateway.close();
	}

	@Test
	void showsRoutesWithOneTarget() throws Exception {
		JsonNode all = this.gateway.get("/subscriptions");
		assertThat(all.valueStream().map((each) -> each.path("id").asString())).contains("hook").doesNotContain("both");
		assertThat(this.gateway.get("/subscriptions/hook").toString()).isEqualTo(
				"{\"id\":\"hook\"," + "\"config\":{\"from\":\"queue:in\"},\"filters\":[{\"exact\":{\"type\":\"a\"}}],"
						+ "\"sink\":\"https://example.com/hook\",\"protocol\":\"HTTP\"}");
		HttpResponse<String> several = this.gateway.request("GET", "/subscriptions/both");
		assertThat(several.statusCode()).isEqualTo(409);
		assertThat(several.body()).contains("several targets");
		assertThat(this.gateway.request("GET", "/subscriptions/none").statusCode()).isEqualTo(404);
	}

	@Test
	void makesChangesAndRemovesOne() throws Exception {
		HttpResponse<String> made = this.gateway.request("POST", "/subscriptions", """
				{"source": "/shop", "types": ["order", "visit"], "config": {"from": "queue:shop"},
				 "filters": [{"prefix": {"subject": "s"}}], "sink": "https://example.com/new", "protocol": "HTTP"}""");
		assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
		String location = made.headers().firstValue("Location").orElseThrow();
		String id = location.substring(location.lastIndexOf('/') + 1);
		assertThat(this.gateway.get("/admin/routes/" + id).path("from").asString()).isEqualTo("queue:shop");
		JsonNode subscription = this.gateway.get(location);
		assertThat(subscription.path("filters").toString()).isEqualTo("[{\"exact\":{\"source\":\"/shop\"}},"
				+ "{\"any\":[{\"exact\":{\"type\":\"order\"}},{\"exact\":{\"type\":\"visit\"}}]},"
				+ "{\"prefix\":{\"subject\":\"s\"}}]");
		assertThat(Files.readString(this.file)).contains("# as somebody wrote it", id);
		HttpResponse<String> changed = this.gateway.request("PUT", location, """
				{"config": {"from": "queue:shop"}, "sink": "https://example.com/other", "protocol": "HTTP"}""");
		assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
		assertThat(this.gateway.get(location).path("sink").asString()).isEqualTo("https://example.com/other");
		assertThat(this.gateway.request("DELETE", location).statusCode()).isEqualTo(204);
		assertThat(this.gateway.request("GET", location).statusCode()).isEqualTo(404);
		assertThat(Files.readString(this.file)).contains("# as somebody wrote it").doesNotContain(id);
	}

	@Test
	void saysAllThatIsWrong() throws Exception {
		HttpResponse<String> answer = this.gateway.request("POST", "/subscriptions",
				"{\"sinc\": \"x\", \"protocol\": \"FTP\", \"protocolsettings\": {\"qos\": 1}}");
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(answer.body()).contains("'sinc' is not known", "'sink' is missing", "protocol 'FTP' is not known",
				"'config.from' is missing", "'protocolsettings' can't be set here");
		HttpResponse<String> other = this.gateway.request("POST", "/subscriptions",
				"{\"config\": {\"from\": \"queue:in\"}, \"sink\": \"kafka:x\", \"protocol\": \"HTTP\"}");
		assertThat(other.statusCode()).isEqualTo(400);
		assertThat(other.body()).contains("sink 'kafka:x' is no endpoint of protocol HTTP");
		HttpResponse<String> rule = this.gateway.request("POST", "/subscriptions",
				"{\"config\": {\"from\": \"nowhere:in\"}, \"sink\": \"https://example.com\", \"protocol\": \"HTTP\"}");
		assertThat(rule.statusCode()).isEqualTo(422);
		assertThat(rule.body()).contains("names the unknown binder 'nowhere'");
	}

}
