package io.meshbridge.gateway.admin;

import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.sun.net.httpserver.HttpServer;
import io.meshbridge.bridge.test.broker.FreePort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.messaging.Message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The story of an event, as {@code /admin/events} tells it of a running gateway.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventsApiTests {

	private static final Duration WAIT = Duration.ofSeconds(30);

	private static final String ROUTES = """
			delivery: {retry: 1, backoff-delay: 10ms, dead-letter-sink: 'queue:dead'}
			routes:
			  - {id: orders, from: 'queue:orders', filters: [{exact: {type: wanted}}], to: ['queue:a', 'queue:b']}
			  - {id: kept, from: 'queue:kept', accept: durable, to: ['queue:c', 'queue:d']}
			  - id: away
			    from: queue:kept-for-away
			    accept: durable
			    to: [queue:e, '%s']
			    delivery: {backoff-max-delay: 100ms}
			""";

	private final int port = FreePort.any();

	private final String away = "http://127.0.0.1:" + this.port + "/";

	private final Set<String> poisonedOnce = ConcurrentHashMap.newKeySet();

	private RunningGateway gateway;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		this.gateway = new RunningGateway(directory, ROUTES.formatted(this.away),
				"--meshbridge.embedded-broker.mqtt.enabled=false", "--meshbridge.embedded-broker.amqp.enabled=false");
		this.gateway.awaitBound();
		this.gateway.queues().refuse(this::refused);
	}

	private boolean refused(String queue, Message<?> message) {
		return switch (String.valueOf(message.getHeaders().get("ce-id"))) {
			case "poison" -> !message.getHeaders().containsKey("ce-dlroute");
			case "poison-once" -> this.poisonedOnce.add(queue);
			default -> false;
		};
	}

	@AfterAll
	void stop() {
		this.gateway.close();
	}

	@Test
	void tellsOfAnEventThatEveryTargetTook() throws Exception {
		this.gateway.send("orders", "plain", "wanted");
		JsonNode story = awaited("plain", "queue:a delivered", "queue:b delivered");
		assertThat(story.path("source").asString()).isEqualTo("/shop");
		assertThat(story.path("id").asString()).isEqualTo("plain");
		assertThat(texts(story.path("entries"), "what")).containsExactly("received", "delivered", "delivered");
		JsonNode received = story.path("entries").get(0);
		assertThat(received.propertyNames()).containsExactly("time", "what", "arrival", "over", "routes");
		assertThat(received.path("over").asString()).isEqualTo("queue:orders");
		assertThat(received.path("routes").toString()).isEqualTo("[\"orders\"]");
		JsonNode delivered = story.path("entries").get(1);
		assertThat(delivered.propertyNames()).containsExactly("time", "what", "arrival", "route", "target", "attempts");
		assertThat(delivered.path("attempts").asInt()).isEqualTo(1);
		assertThat(story.path("summary").asString())
			.matches("came in over queue:orders at \\S+Z; route orders: delivered to queue:a at \\S+Z; "
					+ "route orders: delivered to queue:b at \\S+Z");
	}

	@Test
	void tellsOfEachAttempt() throws Exception {
		this.gateway.send("orders", "poison-once", "wanted");
		JsonNode story = awaited("poison-once", "queue:a delivered", "queue:b delivered");
		assertThat(texts(story.path("entries"), "what")).containsExactlyInAnyOrder("received", "attempt-failed",
				"attempt-failed", "delivered", "delivered");
		JsonNode failed = story.path("entries").get(1);
		assertThat(failed.path("what").asString()).isEqualTo("attempt-failed");
		assertThat(failed.path("attempts").asInt()).isEqualTo(1);
		assertThat(failed.path("code").asString()).isNotEmpty();
		assertThat(failed.path("reason").asString()).isNotEmpty();
		assertThat(story.path("places").get(0).path("detail").asString()).contains(" with attempt 2");
	}

	@Test
	void tellsInWhichDeadLetterSinkAnEventIs() throws Exception {
		this.gateway.send("orders", "poison", "wanted");
		JsonNode story = awaited("poison", "queue:a dead-lettered", "queue:b dead-lettered");
		assertThat(texts(story.path("entries"), "what")).containsExactlyInAnyOrder("received", "attempt-failed",
				"attempt-failed", "attempt-failed", "attempt-failed", "dead-lettered", "dead-lettered");
		assertThat(story.path("places").get(0).path("sink").asString()).isEqualTo("queue:dead");
		assertThat(story.path("summary").asString())
			.containsPattern("in the dead letter sink queue:dead since \\S+Z, after 2 attempts at queue:a: \\S+, ");
	}

	@Test
	void tellsOfAnEventThatMatchedNoRoute() throws Exception {
		this.gateway.send("orders", "unwanted", "other");
		JsonNode story = awaited("unwanted");
		assertThat(story.path("entries").get(0).path("routes").size()).isZero();
		assertThat(story.path("summary").asString())
			.endsWith("; matched no route, so it was acknowledged and went nowhere");
	}

	@Test
	void tellsEachTimeThatAnEventCameIn() throws Exception {
		this.gateway.send("orders", "twice", "wanted");
		awaited("twice", "queue:a delivered", "queue:b delivered");
		this.gateway.send("orders", "twice", "wanted");
		await().atMost(WAIT).until(() -> story("twice").path("entries").size() == 6);
		JsonNode story = awaited("twice", "queue:a delivered", "queue:b delivered");
		assertThat(texts(story.path("entries"), "arrival")).containsExactly("1", "1", "1", "2", "2", "2");
		assertThat(texts(story.path("places"), "deliveries")).containsExactly("2", "2");
		assertThat(story.path("summary").asString()).containsPattern(" and once more, last over queue:orders at ")
			.contains(", 2 times");
	}

	@Test
	void tellsTheStagesOfADurableRouteAsOne() throws Exception {
		this.gateway.send("kept", "stored", "any");
		JsonNode story = awaited("stored", "queue:c delivered", "queue:d delivered");
		assertThat(texts(story.path("entries"), "what")).containsExactlyInAnyOrder("received", "delivered", "received",
				"delivered", "received", "delivered");
		assertThat(story.path("summary").asString()).startsWith("came in over queue:kept at ")
			.doesNotContain("more, last over");
	}

	@Test
	void tellsThatAnEventWaitsInItsChannelForATargetThatIsAway() throws Exception {
		this.gateway.send("kept-for-away", "first", "any");
		JsonNode waiting = awaited("first", "queue:e delivered", this.away + " waiting");
		assertThat(waiting.path("summary").asString())
			.containsPattern("route away: waits for " + this.away + ", which is out: .*Connection refused");
		await().atMost(WAIT).until(() -> this.gateway.get("/admin/bindings").toString().contains("PAUSED"));
		this.gateway.send("kept-for-away", "second", "any");
		JsonNode stored = awaited("second", "queue:e delivered", this.away + " in-channel");
		assertThat(stored.path("summary").asString())
			.containsPattern("route away: in channel:route.away, for " + this.away + ", which is out: .+");
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", this.port), 100);
		server.createContext("/", (exchange) -> {
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		server.start();
		awaited("first", "queue:e delivered", this.away + " delivered");
		awaited("second", "queue:e delivered", this.away + " delivered");
		server.stop(0);
	}

	@Test
	void findsEventsWhoseSourceAndIdMustBeEncoded() throws Exception {
		this.gateway.send("orders", "a&b=c d/\u00e9", "wanted");
		awaited("a%26b%3Dc%20d/%C3%A9", "queue:a delivered", "queue:b delivered");
	}

	@ParameterizedTest
	@CsvSource({ "'', source and id", "?source=/shop, id", "?id=1, source", "?source=&id=1, source" })
	void saysWhatAQuestionMustHave(String query, String missing) throws Exception {
		HttpResponse<String> response = this.gateway.request("GET", "/admin/events" + query);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(RunningGateway.json(response).path("detail").asString()).isEqualTo("the event's " + missing
				+ " must be in the query, encoded as in a URL: /admin/events?source=/shop&id=4711");
	}

	@Test
	void saysHowFarTheStoriesReachBackToWhoAsksForAnUnknownEvent() throws Exception {
		this.gateway.send("orders", "known", "wanted");
		awaited("known", "queue:a delivered", "queue:b delivered");
		HttpResponse<String> response = this.gateway.request("GET", "/admin/events?source=/shop&id=unknown");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(RunningGateway.json(response).path("detail").asString())
			.matches("nothing is known of event 'unknown' of '/shop': it has not come in since \\S+Z, and what was "
					+ "before that is not kept \\(meshbridge.story.max-entries, meshbridge.story.max-age\\)");
	}

	private JsonNode awaited(String id, String... places) throws Exception {
		await().atMost(WAIT).untilAsserted(() -> assertThat(places(story(id))).containsExactlyInAnyOrder(places));
		return story(id);
	}

	private JsonNode story(String id) throws Exception {
		return this.gateway.get("/admin/events?source=/shop&id=" + id);
	}

	private static List<String> places(JsonNode story) {
		return story.path("places")
			.valueStream()
			.map((place) -> place.path("target").asString() + " " + place.path("state").asString())
			.toList();
	}

	private static List<String> texts(JsonNode list, String field) {
		return list.valueStream().map((each) -> each.path(field).asString()).toList();
	}

}
