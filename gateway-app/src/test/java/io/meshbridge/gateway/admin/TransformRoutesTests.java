package io.meshbridge.gateway.admin;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.messaging.Message;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Routes that make other events of events, in a running gateway.
 */
class TransformRoutesTests {

	private static final String ROUTES = """
			routes:
			  - id: stored
			    from: queue:stored
			    accept: durable
			    transform: [ set: { type: "made.{type}" } ]
			    to:
			      - queue:plain
			      - uri: queue:picky
			        transform:
			          - jsonata: '$merge([$, {"data": {"total": data.price * data.count}}])'
			          - set: { type: "total.{data.total}" }
			  - id: named
			    from: queue:named
			    transform: [ set: { subject: "{type}" } ]
			    to: [ { uri: "queue:by.{subject}", allow: [ by.order, by.invoice ] } ]
			""";

	private static @Nullable RunningGateway shared;

	@BeforeAll
	static void start(@TempDir Path home) throws Exception {
		shared = new RunningGateway(home, ROUTES, DeskClient.CHANNELS_ONLY);
		shared.awaitBound();
	}

	@AfterAll
	static void stop() {
		gateway().close();
	}

	private static RunningGateway gateway() {
		return Objects.requireNonNull(shared);
	}

	@Test
	void whatATransformFailsOnIsCorrectedOnTheDeskAndSentToThatTargetAgain() throws Exception {
		gateway().send("stored", "1", "order");
		DeskClient.soon(() -> assertThat(DeskClient.ids(gateway(), "plain")).containsExactly("1"));
		Message<?> plain = gateway().queues().queue("plain").getFirst();
		assertThat(plain.getHeaders()).containsEntry("ce-type", "made.order");
		DeskClient.awaitLetters(gateway(), 1);
		JsonNode letter = gateway().get(DeskClient.API).path("letters").path(0);
		assertThat(letter.path("code").asString()).isEqualTo("TRANSFORM");
		assertThat(letter.path("target").asString()).isEqualTo("queue:picky");
		assertThat(letter.path("type").asString()).isEqualTo("order");
		assertThat(letter.path("reason").asString()).contains("transform[1].set: 'type' must have a value");
		// The desk may have the letter before the one who sent it hears that.
		DeskClient
			.soon(() -> assertThat(gateway().get("/admin/events?source=/shop&id=1").toString()).contains("TRANSFORM"));
		String path = DeskClient.API + "/" + letter.path("number").asLong() + "/event";
		String event = gateway().request("GET", path).body();
		HttpResponse<String> edited = gateway().request("PUT", path,
				event.replace("\"data\":{}", "\"data\":{\"price\": 2.5, \"count\": 3}"));
		assertThat(edited.statusCode()).as(edited.body()).isEqualTo(200);
		DeskClient.done(gateway(), DeskClient.replay(gateway(), "all=true"));
		Message<?> sent = gateway().queues().queue("picky").getFirst();
		assertThat(sent.getHeaders()).containsEntry("ce-type", "total.7.5");
		assertThat((byte[]) sent.getPayload()).asString().isEqualTo("{\"total\":7.5}");
		assertThat(DeskClient.ids(gateway(), "plain")).isEqualTo(List.of("1"));
		DeskClient.awaitLetters(gateway(), 0);
	}

	@Test
	void eventsNameTheirDestinationAmongThoseThatAreAllowed() throws Exception {
		gateway().send("named", "1", "order");
		gateway().send("named", "2", "letter");
		gateway().send("named", "3", "invoice");
		DeskClient.soon(() -> assertThat(DeskClient.ids(gateway(), "by.invoice")).containsExactly("3"));
		DeskClient.soon(() -> assertThat(DeskClient.ids(gateway(), "by.order")).containsExactly("1"));
		DeskClient
			.soon(() -> assertThat(gateway().get(DeskClient.API + "?route=named").path("total").asInt(0)).isEqualTo(1));
		JsonNode letter = gateway().get(DeskClient.API + "?route=named").path("letters").path(0);
		assertThat(letter.path("code").asString()).isEqualTo("DESTINATION");
		assertThat(letter.path("reason").asString()).contains("'queue:by.letter' is not allowed");
		assertThat(gateway().get("/admin/bindings").toString()).contains("queue:by.order", "queue:by.invoice")
			.doesNotContain("by.letter", "{subject}");
		String path = DeskClient.API + "/" + letter.path("number").asLong() + "/event";
		String event = gateway().request("GET", path).body();
		gateway().request("PUT", path, event.replace("\"letter\"", "\"order\""));
		DeskClient.done(gateway(), DeskClient.replay(gateway(), "route=named"));
		assertThat(DeskClient.ids(gateway(), "by.order")).containsExactly("1", "2");
	}

}
