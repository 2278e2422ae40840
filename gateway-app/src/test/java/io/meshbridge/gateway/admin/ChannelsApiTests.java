package io.meshbridge.gateway.admin;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an operator sees of channels in the embedded broker, over HTTP.
 */
@ExtendWith(OutputCaptureExtension.class)
class ChannelsApiTests {

	private static final Duration WAIT = Duration.ofSeconds(30);

	private static final String[] CHANNELS_ONLY = { "--meshbridge.embedded-broker.enabled=true",
			"--meshbridge.embedded-broker.mqtt.enabled=false", "--meshbridge.embedded-broker.amqp.enabled=false" };

	private static final String ROUTES = """
			delivery: {retry: 0, backoff-max-delay: 60s, dead-letter-sink: none}
			routes:
			  - {id: in, from: 'queue:in', to: 'channel:orders'}
			  - {id: read, from: 'channel:orders', group: billing, to: 'queue:read'}
			  - {id: keep, from: 'queue:keep', to: 'channel:parked'}
			  - {id: renamed, from: 'queue:own', accept: durable, to: 'queue:refusing'}
			""";

	@TempDir
	private Path folder = Path.of("");

	@Test
	void showsPurgesAndRemovesWhatIsStored() throws Exception {
		try (RunningGateway gateway = new RunningGateway(this.folder, ROUTES, CHANNELS_ONLY)) {
			gateway.awaitBound();
			for (String id : new String[] { "1", "2", "3" }) {
				gateway.send("in", id, "order");
				gateway.send("keep", id, "order");
			}
			await().atMost(WAIT).untilAsserted(() -> {
				JsonNode orders = gateway.get("/admin/channels/orders");
				assertThat(orders.propertyNames()).containsExactly("name", "depth", "in", "out", "inPerSecond",
						"outPerSecond", "groups");
				assertThat(orders.path("depth").asLong()).isZero();
				assertThat(orders.path("in").asLong()).isEqualTo(3);
				assertThat(orders.path("out").asLong()).isEqualTo(3);
				assertThat(orders.path("inPerSecond").asDouble()).isPositive();
				assertThat(orders.path("outPerSecond").asDouble()).isPositive();
				assertThat(orders.path("groups").toString())
					.isEqualTo("[{\"name\":\"billing\",\"depth\":0,\"readers\":1}]");
			});
			await().atMost(WAIT).until(() -> gateway.get("/admin/channels/parked").path("depth").asLong() == 3);
			assertThat(gateway.get("/admin/channels/parked").path("oldestAge").asString()).startsWith("PT");
			asksForAConfirmation(gateway);
			HttpResponse<String> purged = gateway.request("POST", "/admin/channels/parked/purge?confirm=parked");
			assertThat(purged.statusCode()).isEqualTo(200);
			assertThat(RunningGateway.json(purged).path("removed").asLong()).isEqualTo(3);
			await().atMost(WAIT)
				.untilAsserted(
						() -> assertThat(gateway.get("/admin/channels/parked").path("depth").asLong(-1)).isZero());
		}
	}

	private static void asksForAConfirmation(RunningGateway gateway) throws Exception {
		for (String path : new String[] { "purge", "purge?confirm=", "purge?confirm=orders" }) {
			assertProblem(gateway.request("POST", "/admin/channels/parked/" + path), 400,
					"channel 'parked' would lose 3 events; confirm it with ?confirm=parked");
		}
		assertThat(gateway.get("/admin/channels/parked").path("depth").asLong()).isEqualTo(3);
		String unknown = "there is no channel 'park', expected one of: orders, parked, route.renamed";
		assertProblem(gateway.request("GET", "/admin/channels/park"), 404, unknown);
		assertProblem(gateway.request("POST", "/admin/channels/park/purge?confirm=park"), 404, unknown);
		assertProblem(gateway.request("DELETE", "/admin/channels/park?confirm=park"), 404, unknown);
		assertProblem(gateway.request("DELETE", "/admin/channels/parked?confirm=parked"), 409,
				"routes use channel 'parked': take it out of them first, or purge it");
	}

	@Test
	void tellsOfAChannelWhoseRouteIsGoneUntilItIsRemoved(CapturedOutput output) throws Exception {
		try (RunningGateway gateway = new RunningGateway(this.folder, ROUTES, CHANNELS_ONLY)) {
			gateway.awaitBound();
			gateway.queues().refuse((message) -> true);
			gateway.send("own", "1", "order");
			await().atMost(WAIT).until(() -> gateway.get("/admin/channels/route.renamed").path("depth").asLong() == 1);
		}
		String line = "channel 'route.renamed' holds 1 events and no route names it: bring back the route that read it,"
				+ " or throw them away with DELETE /admin/channels/route.renamed?confirm=route.renamed";
		assertThat(output).doesNotContain(line);
		try (RunningGateway gateway = new RunningGateway(this.folder, ROUTES.replace("renamed", "new-name"),
				CHANNELS_ONLY)) {
			await().atMost(WAIT).until(() -> output.toString().contains(line));
			assertProblem(gateway.request("DELETE", "/admin/channels/route.renamed"), 400,
					"channel 'route.renamed' would lose 1 events; confirm it with ?confirm=route.renamed");
			HttpResponse<String> removed = gateway.request("DELETE",
					"/admin/channels/route.renamed?confirm=route.renamed");
			assertThat(removed.statusCode()).as(removed.body()).isEqualTo(200);
			assertThat(RunningGateway.json(removed).path("removed").asLong()).isEqualTo(1);
			assertThat(gateway.request("GET", "/admin/channels/route.renamed").statusCode()).isEqualTo(404);
		}
	}

	@Test
	void whatWaitedForARemovedTargetIsGivenToAnotherOne(CapturedOutput output) throws Exception {
		String routes = "routes: [{id: r, from: 'queue:own', accept: durable, to: ['queue:wrong', 'queue:other']}]";
		try (RunningGateway gateway = new RunningGateway(this.folder, routes, CHANNELS_ONLY)) {
			gateway.awaitBound();
			gateway.queues().refuse((message) -> true);
			gateway.send("own", "1", "order");
			await().atMost(WAIT).until(() -> gateway.get("/admin/channels/route.r").path("depth").asLong() == 2);
		}
		try (RunningGateway gateway = new RunningGateway(this.folder, routes.replace("queue:wrong", "queue:right"),
				CHANNELS_ONLY)) {
			await().atMost(WAIT).until(() -> output.toString().contains("holds 1 events for a target"));
			String wrong = groupOf(gateway, "wrong");
			String right = groupOf(gateway, "right");
			String path = "/admin/channels/route.r/groups/";
			assertThat(output).contains("channel 'route.r': group '" + wrong + "' holds 1 events");
			assertProblem(gateway.request("DELETE", path + wrong), 400, "group '" + wrong
					+ "' of channel 'route.r' would lose 1 events; confirm it with ?confirm=" + wrong);
			assertProblem(gateway.request("DELETE", path + right + "?confirm=" + right), 409,
					"group '" + right + "' of channel 'route.r' is being read");
			assertThat(gateway.request("DELETE", path + "nobody?confirm=nobody").statusCode()).isEqualTo(404);
			assertThat(gateway.request("POST", path + wrong + "/move?to=nobody").statusCode()).isEqualTo(404);
			HttpResponse<String> moved = gateway.request("POST", path + wrong + "/move?to=" + right);
			assertThat(RunningGateway.json(moved).path("moved").asLong()).as(moved.body()).isEqualTo(1);
			await().atMost(WAIT).until(() -> gateway.get("/admin/channels/route.r").path("depth").asLong() == 0);
			HttpResponse<String> removed = gateway.request("DELETE", path + wrong + "?confirm=" + wrong);
			assertThat(RunningGateway.json(removed).path("removed").asLong()).as(removed.body()).isZero();
			assertThat(gateway.get("/admin/channels/route.r").path("groups").toString()).doesNotContain(wrong);
		}
	}

	@Test
	void anEmptyGroupGoesWithItsTarget(CapturedOutput output) throws Exception {
		String routes = "routes: [{id: r, from: 'queue:own', accept: durable, to: ['queue:a', 'queue:b']}]";
		try (RunningGateway gateway = new RunningGateway(this.folder, routes, CHANNELS_ONLY)) {
			gateway.awaitBound();
			assertThat(gateway.get("/admin/channels/route.r").path("groups")).hasSize(2);
		}
		try (RunningGateway gateway = new RunningGateway(this.folder,
				routes.replace("['queue:a', 'queue:b']", "'queue:a'"), CHANNELS_ONLY)) {
			await().atMost(WAIT).until(() -> gateway.get("/admin/channels/route.r").path("groups").size() == 1);
			await().atMost(WAIT).until(() -> output.toString().contains("which is empty and has no target any more"));
		}
	}

	private static String groupOf(RunningGateway gateway, String target) throws Exception {
		for (JsonNode group : gateway.get("/admin/channels/route.r").path("groups")) {
			if (group.path("name").asString().contains("queue-" + target)) {
				return group.path("name").asString();
			}
		}
		throw new AssertionError("no group of " + target);
	}

	private static void assertProblem(HttpResponse<String> response, int status, String detail) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(RunningGateway.json(response).path("detail").asString()).isEqualTo(detail);
	}

}
