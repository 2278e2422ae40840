package io.meshbridge.gateway.admin;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

import static io.meshbridge.gateway.admin.DeskClient.API;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dead letter desk as an operator uses it, over the embedded broker's channels.
 */
@ExtendWith(OutputCaptureExtension.class)
class DeadLettersApiTests {

	/** For all tests that need no other settings. */
	private static @Nullable RunningGateway shared;

	@BeforeAll
	static void start(@TempDir Path home) throws Exception {
		List<String> arguments = new ArrayList<>(List.of(DeskClient.CHANNELS_ONLY));
		arguments.add("--meshbridge.desk.max-replays=1");
		shared = new RunningGateway(home, DeskClient.ROUTES, arguments.toArray(String[]::new));
		shared.awaitBound();
	}

	@AfterAll
	static void stop() {
		shared().close();
	}

	private static RunningGateway shared() {
		return Objects.requireNonNull(shared);
	}

	@AfterEach
	void clear() throws Exception {
		RunningGateway gateway = shared();
		for (String queue : List.of("a", "b", "c", "d", "e")) {
			gateway.queues().queue(queue).clear();
		}
		gateway.queues().refuse((message) -> false);
		long left = gateway.get(API).path("total").asLong();
		assertThat(gateway.request("POST", API + "/discard?all=true&confirm=" + left).statusCode()).isEqualTo(200);
	}

	@Test
	void sendsLettersAgainToTheTargetThatFailedAndToNoOther() throws Exception {
		RunningGateway gateway = shared();
		DeskClient.refuse(gateway, "c", "e");
		for (int i = 0; i < 30; i++) {
			gateway.send("in", "i" + i, "order", Map.of("partitionkey", "k" + i % 3, "sequence", "" + i));
			gateway.send("durable", "s" + i, "order", Map.of("partitionkey", "k" + i % 3, "sequence", "" + i));
		}
		DeskClient.awaitLetters(gateway, 60);
		assertThat(gateway.get(API + "?route=three").path("total").asLong()).isEqualTo(30);
		gateway.queues().refuse((message) -> false);
		JsonNode job = DeskClient.replay(gateway, "all=true&rate=10000/s");
		assertThat(job.path("selected").asLong()).isEqualTo(60);
		DeskClient
			.soon(() -> assertThat(gateway.get(API + "/replays").path(0).path("state").asString()).isEqualTo("DONE"));
		assertThat(gateway.get(API + "/replays/" + job.path("id").asLong()).path("delivered").asLong()).isEqualTo(60);
		assertThat(gateway.get(API).path("total").asLong()).isZero();
		for (String queue : List.of("a", "b", "c")) {
			assertThat(DeskClient.ids(gateway, queue)).as(queue).hasSize(30).doesNotHaveDuplicates();
		}
		for (String queue : List.of("d", "e")) {
			// The channel has a reader for each target, and none waits for another.
			DeskClient
				.soon(() -> assertThat(DeskClient.ids(gateway, queue)).as(queue).hasSize(30).doesNotHaveDuplicates());
		}
		for (String queue : List.of("c", "e")) {
			assertInOrderPerKey(gateway, queue);
			assertThat(gateway.queues().queue(queue).getFirst().getHeaders().keySet())
				.noneMatch((name) -> name.startsWith("ce-dl"));
		}
		assertThat(gateway.request("GET", "/actuator/prometheus").body()).contains(
				"meshbridge_desk_replayed_total{route=\"stored\"} 30.0",
				"meshbridge_desk_letters{route=\"three\"} 0.0");
	}

	@Test
	void tellsAllAboutALetter() throws Exception {
		RunningGateway gateway = shared();
		DeskClient.refuse(gateway, "c");
		gateway.send("in", "1", "order", Map.of("partitionkey", "k"));
		DeskClient.awaitLetters(gateway, 1);
		JsonNode listed = gateway.get(API).path("letters").path(0);
		assertThat(listed.path("route").asString()).isEqualTo("three");
		assertThat(listed.path("target").asString()).isEqualTo("queue:c");
		assertThat(listed.path("sink").asString()).isEqualTo("channel:dead-letters");
		JsonNode letter = gateway.get(API + "/" + listed.path("number").asLong());
		assertThat(letter.path("history")).hasSize(2);
		assertThat(letter.path("history").path(1).path("answer").asString())
			.contains("c: Dispatcher failed to deliver");
		assertThat(letter.path("attributes").path("partitionkey").asString()).isEqualTo("k");
		assertThat(letter.path("attributes").has("dlroute")).isFalse();
		assertThat(letter.path("data").toString()).isEqualTo("{}");
		assertThat(letter.path("activeRevision").asString()).matches("[0-9a-f]{12}");
		assertThat(letter.path("ruleChanged").asBoolean(true)).isFalse();
		assertThat(letter.has("refusal")).isFalse();
		JsonNode cause = gateway.get(API + "/causes").path(0);
		assertThat(cause.path("target").asString()).isEqualTo("queue:c");
		assertThat(cause.path("count").asLong()).isEqualTo(1);
		DeskClient
			.soon(() -> assertThat(gateway.get("/admin/channels/dead-letters").path("depth").asLong(-1)).isZero());
	}

	@Test
	void sendsNoLetterRoundAndRound(CapturedOutput output) throws Exception {
		RunningGateway gateway = shared();
		DeskClient.refuse(gateway, "c");
		gateway.send("in", "1", "order");
		DeskClient.awaitLetters(gateway, 1);
		long first = gateway.get(API).path("letters").path(0).path("number").asLong();
		JsonNode job = DeskClient.done(gateway, DeskClient.replay(gateway, "all=true"));
		assertThat(job.path("deadLettered").asLong()).isEqualTo(1);
		DeskClient.soon(() -> {
			JsonNode again = gateway.get(API);
			assertThat(again.path("total").asLong()).isEqualTo(1);
			assertThat(again.path("letters").path(0).path("replays").asLong()).isEqualTo(1);
			assertThat(again.path("letters").path(0).path("number").asLong()).isGreaterThan(first);
		});
		String refusal = "was sent again 1 times before (meshbridge.desk.max-replays is 1); force=true sends it once more";
		job = DeskClient.done(gateway, DeskClient.replay(gateway, "route=three"));
		assertThat(job.path("refused").asLong()).isEqualTo(1);
		assertThat(job.path("refusals").path(refusal).asLong()).isEqualTo(1);
		gateway.queues().refuse((message) -> false);
		job = DeskClient.done(gateway, DeskClient.replay(gateway, "route=three&force=true"));
		assertThat(job.path("delivered").asLong()).isEqualTo(1);
		assertThat(DeskClient.ids(gateway, "c")).containsExactly("1");
		assertThat(output).contains("127.0.0.1 replay: 1 dead letters at 100/s, forced: route=three");
	}

	@Test
	void aCorrectedEventIsSentAsItIsThen(CapturedOutput output) throws Exception {
		RunningGateway gateway = shared();
		gateway.queues().refuse((message) -> "order".equals(message.getHeaders().get("ce-type")));
		gateway.send("in", "1", "order", Map.of("plant", "north"));
		DeskClient.awaitLetters(gateway, 3);
		JsonNode letter = gateway.get(API + "?target=queue:c").path("letters").path(0);
		String path = API + "/" + letter.path("number").asLong() + "/event";
		String event = gateway.request("GET", path).body();
		assertThat(event).contains("\"type\":\"order\"", "\"plant\":\"north\"").doesNotContain("dlroute");
		DeskClient.problem(gateway.request("PUT", path, "{}"), 400, "attribute 'specversion' is missing",
				"attribute 'id' is missing", "attribute 'source' is missing", "attribute 'type' is missing");
		DeskClient.problem(gateway.request("PUT", path, "no event"), 400, "byte ");
		DeskClient.problem(gateway.request("PUT", path, event.replace("\"id\":\"1\"", "\"id\":\"2\"")), 400,
				"id '2' and source '/shop' make another event");
		DeskClient.problem(
				gateway.request("PUT", path, event.replace("\"plant\"", "\"Plant\"").replace("/shop", "a b")), 400,
				"attribute 'Plant' has a name that is not allowed", "attribute 'source' is 'a b'");
		HttpResponse<String> edited = gateway.request("PUT", path,
				event.replace("\"order\"", "\"order.v2\"").replace("{}", "{\"n\": 1.10}"));
		assertThat(edited.statusCode()).as(edited.body()).isEqualTo(200);
		assertThat(RunningGateway.json(edited).path("letter").path("edited").asBoolean(false)).isTrue();
		DeskClient.done(gateway, DeskClient.replay(gateway, "numbers=" + letter.path("number").asLong()));
		Message<?> sent = gateway.queues().queue("c").getFirst();
		assertThat(sent.getHeaders()).containsEntry("ce-type", "order.v2").containsEntry("ce-plant", "north");
		assertThat((byte[]) sent.getPayload()).asString().isEqualTo("{\"n\": 1.10}");
		assertThat(output).contains("127.0.0.1 edit: dead letter");
		assertThat(gateway.get(API + "/audit").path(1).path("selection").asString()).endsWith("; changed type, data");
	}

	@Test
	void throwsAwayWhatIsConfirmed(CapturedOutput output) throws Exception {
		RunningGateway gateway = shared();
		DeskClient.refuse(gateway, "c");
		for (String id : List.of("1", "2", "3")) {
			gateway.send("in", id, id.equals("3") ? "invoice" : "order");
		}
		DeskClient.awaitLetters(gateway, 3);
		String path = API + "/discard?type=order";
		DeskClient.problem(gateway.request("POST", path), 400,
				"2 dead letters would be thrown away; confirm it with confirm=2");
		DeskClient.problem(gateway.request("POST", path + "&confirm=3"), 400, "confirm it with confirm=2");
		HttpResponse<String> discarded = gateway.request("POST", path + "&confirm=2");
		assertThat(RunningGateway.json(discarded).path("discarded").asLong()).as(discarded.body()).isEqualTo(2);
		assertThat(gateway.get(API).path("letters").path(0).path("type").asString()).isEqualTo("invoice");
		assertThat(gateway.get(API).path("total").asLong()).isEqualTo(1);
		JsonNode audit = gateway.get(API + "/audit").path(0);
		assertThat(audit.path("what").asString()).isEqualTo("discard");
		assertThat(audit.path("letters").asLong()).isEqualTo(2);
		assertThat(audit.path("who").asString()).isEqualTo("127.0.0.1");
		assertThat(output).contains("127.0.0.1 discard: 2 dead letters: type=order");
	}

	@Test
	void pagesAndSearches() throws Exception {
		RunningGateway gateway = shared();
		DeskClient.refuse(gateway, "c");
		for (int i = 0; i < 7; i++) {
			gateway.send("in", "" + i, "order");
		}
		DeskClient.awaitLetters(gateway, 7);
		List<String> seen = new ArrayList<>();
		String page = API + "?size=3&order=oldest&route=three";
		while (!page.isEmpty()) {
			JsonNode answer = gateway.get(page);
			assertThat(answer.path("total").asLong()).isEqualTo(7);
			answer.path("letters").forEach((letter) -> seen.add(letter.path("id").asString()));
			page = answer.path("next").asString("");
		}
		assertThat(seen).hasSize(7).doesNotHaveDuplicates();
		for (String one : List.of("id=3", "id=3&source=/shop&type=order&code=" + codeOf(gateway))) {
			assertThat(gateway.get(API + "?" + one).path("letters")).as(one).hasSize(1);
		}
		for (String all : List.of("reason=DISPATCHER+failed", "target=queue:c", "from=2020-01-01T00:00:00Z",
				"to=2100-01-01T00:00:00%2B01:00", "sink=channel:dead-letters")) {
			assertThat(gateway.get(API + "?" + all).path("total").asLong()).as(all).isEqualTo(7);
		}
		for (String none : List.of("reason=no+such+thing", "target=queue:b", "to=2020-01-01T00:00:00Z", "id=99",
				"route=stored")) {
			assertThat(gateway.get(API + "?" + none).path("total").asLong(-1)).as(none).isZero();
		}
	}

	private static String codeOf(RunningGateway gateway) throws Exception {
		return URLEncoder.encode(gateway.get(API).path("letters").path(0).path("code").asString(),
				StandardCharsets.UTF_8);
	}

	@Test
	void tellsAllThatIsWrongWithARequest() throws Exception {
		RunningGateway gateway = shared();
		DeskClient.problem(gateway.request("GET", API + "?rout=x&size=0&from=yesterday&after=-1&order=up"), 400,
				"'rout' is no parameter here, expected one of: after, code, from, id, order, reason, route, sink, size,",
				"size: 0 is out of range, expected 1 to 1000", "from: 'yesterday' is no time, expected RFC 3339",
				"after: '-1' is no whole number", "order: 'up' is not known, expected one of: newest, oldest");
		DeskClient.problem(gateway.request("GET", API + "?route=a&route=b&code="), 400, "route is given twice",
				"code is empty");
		DeskClient.problem(gateway.request("GET", API + "?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z"), 400,
				"is not before to");
		DeskClient.problem(gateway.request("GET", API + "/causes?size=3"), 400, "'size' is no parameter here");
		DeskClient.problem(gateway.request("GET", API + "/9999"), 404, "there is no dead letter 9999");
		DeskClient.problem(gateway.request("PUT", API + "/9999/event", "{}"), 404, "there is no dead letter 9999");
		DeskClient.problem(gateway.request("POST", API + "/replay"), 400,
				"no letters are selected, expected numbers, a filter such as route, or all=true");
		DeskClient.problem(gateway.request("POST", API + "/replay?all=true&route=x"), 400,
				"letters are selected in several ways");
		DeskClient.problem(gateway.request("POST", API + "/replay?numbers=1,x,-3&rate=fast&force=maybe"), 400,
				"numbers: 'x' is no number", "numbers: '-3' is no number",
				"rate: 'fast' is no rate, expected such as 100/s", "force: 'maybe' is not known");
		DeskClient.problem(gateway.request("POST", API + "/replay", "{\"numbers\": [1, \"x\"], \"speed\": 3}"), 400,
				"numbers: 'x' is no number", "'speed' is no parameter here");
		DeskClient.problem(gateway.request("POST", API + "/discard?numbers=1&confirm=x"), 400,
				"confirm: 'x' is no whole number");
		DeskClient.problem(gateway.request("GET", API + "/replays/999"), 404, "there is no replay 999, ");
		DeskClient.problem(gateway.request("DELETE", API + "/replays/999"), 404, "there is no replay 999");
		assertThat(DeskClient.done(gateway, DeskClient.replay(gateway, "all=true")).path("selected").asLong()).isZero();
	}

	@Test
	void whatIsNoDeadLetterIsShownAndCanBeDiscardedOnly() throws Exception {
		RunningGateway gateway = shared();
		gateway.send("stray", "1", "order");
		DeskClient.awaitLetters(gateway, 1);
		JsonNode letter = gateway.get(API).path("letters").path(0);
		assertThat(letter.has("route")).isFalse();
		assertThat(letter.path("id").asString()).isEqualTo("1");
		JsonNode job = DeskClient.done(gateway, DeskClient.replay(gateway, "all=true"));
		assertThat(job.path("refusals").toString()).contains("is no dead letter of a route and can only be discarded");
		assertThat(gateway.request("POST", API + "/discard?all=true&confirm=1").statusCode()).isEqualTo(200);
	}

	@Test
	void anUnreadableMessageIsMadeAnEventAndGoesToAllOfItsRoute() throws Exception {
		RunningGateway gateway = shared();
		gateway.queues()
			.queue("in")
			.add(new GenericMessage<>("{}".getBytes(StandardCharsets.UTF_8),
					Map.of("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/shop")));
		DeskClient.awaitLetters(gateway, 1);
		long number = gateway.get(API).path("letters").path(0).path("number").asLong();
		JsonNode letter = gateway.get(API + "/" + number);
		assertThat(letter.path("refusal").asString())
			.isEqualTo("could not be read (UNREADABLE): make an event of it first, with PUT");
		assertThat(letter.path("headers").path("ce-id").asString()).isEqualTo("1");
		HttpResponse<String> edited = gateway.request("PUT", API + "/" + number + "/event",
				"{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/shop\",\"type\":\"order\",\"data\":{}}");
		assertThat(edited.statusCode()).as(edited.body()).isEqualTo(200);
		assertThat(DeskClient.done(gateway, DeskClient.replay(gateway, "numbers=" + number)).path("delivered").asLong())
			.isEqualTo(1);
		for (String queue : List.of("a", "b", "c")) {
			assertThat(DeskClient.ids(gateway, queue)).containsExactly("1");
		}
	}

	@Test
	void anExpiredEventIsSentAgainWhenItIsWantedAgainAndToEachTargetOnce() throws Exception {
		RunningGateway gateway = shared();
		gateway.send("in", "1", "order", Map.of("expirytime", "2020-01-01T00:00:00Z"));
		// One for each target.
		DeskClient.awaitLetters(gateway, 3);
		JsonNode letters = gateway.get(API + "?code=EXPIRED").path("letters");
		assertThat(letters).hasSize(3);
		assertThat(DeskClient.done(gateway, DeskClient.replay(gateway, "all=true")).path("refusals").toString())
			.contains("has expired: take its expirytime away or change it first, with PUT");
		for (JsonNode letter : letters) {
			String event = API + "/" + letter.path("number").asLong() + "/event";
			String wanted = gateway.request("GET", event).body().replace("2020-01-01", "2099-01-01");
			assertThat(gateway.request("PUT", event, wanted).statusCode()).isEqualTo(200);
		}
		assertThat(DeskClient.done(gateway, DeskClient.replay(gateway, "all=true")).path("delivered").asLong())
			.isEqualTo(3);
		for (String queue : List.of("a", "b", "c")) {
			assertThat(DeskClient.ids(gateway, queue)).as(queue).containsExactly("1");
		}
	}

	@Test
	void aReplayKeepsItsRateAndCanBeCancelled() throws Exception {
		RunningGateway gateway = shared();
		DeskClient.refuse(gateway, "c");
		for (int i = 0; i < 20; i++) {
			gateway.send("in", "" + i, "order");
		}
		DeskClient.awaitLetters(gateway, 20);
		gateway.queues().refuse((message) -> false);
		JsonNode slow = DeskClient.replay(gateway, "all=true&rate=1/60s");
		DeskClient.soon(() -> assertThat(DeskClient.job(gateway, slow).path("delivered").asLong()).isEqualTo(1));
		assertThat(DeskClient.job(gateway, slow).path("state").asString()).isEqualTo("RUNNING");
		JsonNode behind = DeskClient.replay(gateway, "all=true&rate=1000/s");
		assertThat(DeskClient.job(gateway, behind).path("state").asString()).isEqualTo("WAITING");
		gateway.request("DELETE", API + "/replays/" + slow.path("id").asLong());
		assertThat(DeskClient.done(gateway, behind).path("delivered").asLong()).isEqualTo(19);
		assertThat(DeskClient.job(gateway, slow).path("state").asString()).isEqualTo("CANCELLED");
		assertThat(DeskClient.ids(gateway, "c")).hasSize(20).doesNotHaveDuplicates();
	}

	private static void assertInOrderPerKey(RunningGateway gateway, String queue) {
		Map<Object, Integer> last = new HashMap<>();
		for (Message<?> message : gateway.queues().queue(queue)) {
			int number = Integer.parseInt(String.valueOf(message.getHeaders().get("ce-sequence")));
			Integer before = last.put(message.getHeaders().getOrDefault("ce-partitionkey", ""), number);
			assertThat(before == null || before < number).as("%s: %s comes after %s", queue, number, before).isTrue();
		}
	}

}
