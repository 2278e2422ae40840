package io.meshbridge.gateway.admin;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

import org.awaitility.core.ThrowingRunnable;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What tests ask of the dead letter desk.
 */
final class DeskClient {

	static final String API = "/admin/dead-letters";

	static final String[] CHANNELS_ONLY = { "--meshbridge.embedded-broker.enabled=true",
			"--meshbridge.embedded-broker.mqtt.enabled=false", "--meshbridge.embedded-broker.amqp.enabled=false" };

	static final String ROUTES = """
			delivery: {retry: 1, backoff-delay: 1ms, on-outage: dead-letter}
			routes:
			  - {id: three, from: 'queue:in', to: ['queue:a', 'queue:b', 'queue:c']}
			  - {id: stored, from: 'queue:durable', accept: durable, to: ['queue:d', 'queue:e']}
			  - {id: stray, from: 'queue:stray', to: 'channel:dead-letters'}
			""";

	private DeskClient() {
	}

	/** Only these refuse, and whatever comes. */
	static void refuse(RunningGateway gateway, String... queues) {
		gateway.queues().refuse(List.of(queues));
	}

	static void awaitLetters(RunningGateway gateway, int count) {
		soon(() -> assertThat(gateway.get(API).path("total").asInt(0)).isEqualTo(count));
	}

	static JsonNode replay(RunningGateway gateway, String selection) throws Exception {
		HttpResponse<String> started = gateway.request("POST", API + "/replay?" + selection);
		assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
		return RunningGateway.json(started);
	}

	static JsonNode job(RunningGateway gateway, JsonNode job) throws Exception {
		return gateway.get(API + "/replays/" + job.path("id").asLong());
	}

	static JsonNode done(RunningGateway gateway, JsonNode job) throws Exception {
		soon(() -> assertThat(job(gateway, job).path("state").asString()).isEqualTo("DONE"));
		return job(gateway, job);
	}

	static void soon(ThrowingRunnable assertion) {
		await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(assertion);
	}

	static List<String> ids(RunningGateway gateway, String queue) {
		return gateway.queues()
			.queue(queue)
			.stream()
			.map((message) -> String.valueOf(message.getHeaders().get("ce-id")))
			.toList();
	}

	static void problem(HttpResponse<String> response, int status, String... texts) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(RunningGateway.json(response).path("detail").asString()).contains(texts);
	}

}
