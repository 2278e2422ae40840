package io.meshbridge.bridge.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.ReplyTo;
import io.meshbridge.bridge.SendException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * What a target answers, where a reply is wanted.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpReplyTests {

	private static final int MOST_BYTES = 2000;

	private static final CloudEvent EVENT = CloudEventBuilder.v1()
		.withId("1")
		.withSource(URI.create("/s"))
		.withType("t")
		.build();

	private static final String[] BINARY = { "CE-specversion", "1.0", "ce-id", "r1", "ce-source", "/f", "ce-type",
			"order.checked", "ce-subject", "Euro%20%E2%82%AC", "Content-Type", "text/plain" };

	private static final String STRUCTURED = """
			{"specversion":"1.0","id":"r1","source":"/f","type":"order.checked","subject":"Euro \\u20ac",\
			"datacontenttype":"text/plain","data":"fine"}""";

	private static final CloudEvent REPLY = CloudEventBuilder.v1()
		.withId("r1")
		.withSource(URI.create("/f"))
		.withType("order.checked")
		.withSubject("Euro €")
		.withData("text/plain", "fine".getBytes(StandardCharsets.UTF_8))
		.build();

	private final HttpGateway gateway = new HttpGateway("meshbridge.http.enabled=false");

	private final List<Content> replies = Collections.synchronizedList(new ArrayList<>());

	@AfterAll
	void close() {
		this.gateway.close();
	}

	private CompletableFuture<Void> send(Peer peer, Duration timeout) {
		this.replies.clear();
		return this.gateway.target(peer.url("/in?access_token=secret"))
			.target()
			.send(new Outbound(EVENT, null, null, ContentMode.BINARY, timeout,
					new ReplyTo(MOST_BYTES, this.replies::add)));
	}

	private void send(Peer peer) throws Exception {
		send(peer, Duration.ofSeconds(10)).get(15, TimeUnit.SECONDS);
	}

	private static Peer answering(int status, String body, String... headers) {
		return new Peer((request, socket) -> Peer.write(socket, status, body, headers));
	}

	private CloudEvent onlyReply() {
		assertThat(this.replies).singleElement().isInstanceOf(Content.Event.class);
		return ((Content.Event) this.replies.get(0)).event();
	}

	private Content.Unreadable onlyUnreadable() {
		assertThat(this.replies).singleElement().isInstanceOf(Content.Unreadable.class);
		return (Content.Unreadable) this.replies.get(0);
	}

	@Test
	void readsAReplyInBinaryMode() throws Exception {
		try (Peer peer = answering(200, "fine", BINARY)) {
			send(peer);
			assertThat(onlyReply()).isEqualTo(REPLY);
			assertThat(peer.requests.remove().headers()).containsEntry("prefer", "reply");
		}
	}

	@Test
	void readsAReplyInStructuredMode() throws Exception {
		try (Peer peer = answering(200, STRUCTURED, "Content-Type", "Application/CloudEvents+json; charset=UTF-8")) {
			send(peer);
			CloudEvent reply = onlyReply();
			assertThat(reply.getId()).isEqualTo("r1");
			assertThat(reply.getSubject()).isEqualTo("Euro €");
			assertThat(reply.getData()).isNotNull()
				.satisfies((data) -> assertThat(data.toBytes()).asString(StandardCharsets.UTF_8).isEqualTo("fine"));
		}
	}

	@Test
	void usesTheConnectionAgainAfterAReply() throws Exception {
		try (Peer peer = answering(200, "fine", BINARY)) {
			for (int i = 0; i < 20; i++) {
				send(peer);
			}
			assertThat(peer.requests).hasSize(20);
			// The next send may be faster than the return of its connection.
			assertThat(peer.connections.get()).isLessThan(5);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 201, 202, 203, 206 })
	void takesA200OnlyForAReply(int status) throws Exception {
		try (Peer peer = answering(status, "fine", BINARY)) {
			send(peer);
			assertThat(this.replies).isEmpty();
		}
	}

	@Test
	void takesAnAnswerThatClaimsNothingForNone() throws Exception {
		try (Peer peer = answering(200, "{\"ok\":true}", "Content-Type", "application/json")) {
			send(peer);
			assertThat(this.replies).isEmpty();
		}
	}

	@Test
	void readsNoReplyThatNobodyWants() throws Exception {
		try (Peer peer = answering(200, "{broken", "Content-Type", "application/cloudevents+json")) {
			HttpGateway.send(this.gateway.target(peer.url("/in")), EVENT).get(15, TimeUnit.SECONDS);
			assertThat(peer.requests.remove().headers()).doesNotContainKey("prefer");
		}
	}

	@Test
	void handsOverWhatIsNoEventAsItCame() throws Exception {
		try (Peer peer = answering(200, "{broken", "Content-Type", "application/cloudevents+json", "Set-Cookie", "s=1",
				"X-F", "7")) {
			send(peer);
			Content.Unreadable reply = onlyUnreadable();
			assertThat(reply.reason()).hasMessageContaining("byte ");
			assertThat(reply.message().data()).asString(StandardCharsets.UTF_8).isEqualTo("{broken");
			assertThat(reply.message().contentType()).isEqualTo("application/cloudevents+json");
			assertThat(reply.message().headers()).containsEntry("X-F", "7").doesNotContainKey("set-cookie");
			assertThat(reply.message().source()).isEqualTo(peer.url("/in"));
			assertThat(reply.message().id()).isEqualTo("1");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "ce-id|7|attribute 'specversion' is missing",
			"Content-Type|application/cloudevents-batch+json|is a batch",
			"Content-Type|application/cloudevents+avro|is an event in the format 'application/cloudevents+avro'" })
	void saysWhatIsWrongWithAReply(String header, String value, String problem) throws Exception {
		try (Peer peer = answering(200, "[]", header, value)) {
			send(peer);
			assertThat(onlyUnreadable().reason()).hasMessageContaining(problem);
		}
	}

	@Test
	void doesNotReadACompressedReply() throws Exception {
		try (Peer peer = answering(200, STRUCTURED, "Content-Type", "application/cloudevents+json", "Content-Encoding",
				"gzip")) {
			send(peer);
			assertThat(onlyUnreadable().reason()).hasMessageContaining("content coding 'gzip'");
		}
	}

	@Test
	void keepsTheBeginningOfAReplyThatIsTooLarge() throws Exception {
		try (Peer peer = answering(200, "x".repeat(5_000_000), BINARY)) {
			send(peer);
			Content.Unreadable reply = onlyUnreadable();
			assertThat(reply.reason())
				.hasMessage("exceeds the limit of 2,000 bytes (meshbridge.max-event-size), of its body the first 1,024"
						+ " are kept");
			assertThat(reply.message().data()).hasSize(1024);
		}
	}

	@Test
	void countsAttributesAsPartOfTheSize() throws Exception {
		try (Peer peer = answering(200, "x".repeat(MOST_BYTES - 10), BINARY)) {
			send(peer);
			assertThat(onlyUnreadable().reason()).hasMessageContaining("exceeds the limit of 2,000 bytes");
		}
	}

	@Test
	void readsLargeHeaders() throws Exception {
		List<String> headers = new ArrayList<>(List.of(BINARY));
		headers.addAll(List.of("X-Trace", "x".repeat(12_000)));
		try (Peer peer = answering(200, "fine", headers.toArray(String[]::new))) {
			send(peer);
			assertThat(onlyReply()).isEqualTo(REPLY);
		}
	}

	@Test
	void aReplyThatBreaksOffIsATransientFailure() throws Exception {
		try (Peer peer = new Peer((request, socket) -> {
			begin(socket);
			socket.close();
		})) {
			assertThatThrownBy(() -> send(peer)).hasMessageNotContaining("secret")
				.cause()
				.isInstanceOfSatisfying(SendException.class, (ex) -> assertThat(ex.permanent()).isFalse());
			assertThat(this.replies).isEmpty();
		}
	}

	@Test
	void aReplyThatDoesNotEndInTimeIsATransientFailure() throws Exception {
		CountDownLatch done = new CountDownLatch(1);
		try (Peer peer = new Peer((request, socket) -> {
			begin(socket);
			await().atMost(Duration.ofSeconds(20)).until(() -> done.getCount() == 0);
		})) {
			assertThatThrownBy(() -> send(peer, Duration.ofMillis(300)).get(15, TimeUnit.SECONDS)).cause()
				.isInstanceOfSatisfying(SendException.class, (ex) -> assertThat(ex.code()).isEqualTo("TIMEOUT"));
			assertThat(this.replies).isEmpty();
			done.countDown();
		}
	}

	@Test
	void aSendIsNotDoneBeforeItsReplyIsThere() throws Exception {
		CountDownLatch rest = new CountDownLatch(1);
		CountDownLatch begun = new CountDownLatch(1);
		try (Peer peer = new Peer((request, socket) -> {
			begin(socket);
			begun.countDown();
			await().atMost(Duration.ofSeconds(20)).until(() -> rest.getCount() == 0);
			socket.getOutputStream().write("ne".getBytes(StandardCharsets.US_ASCII));
		})) {
			CompletableFuture<Void> sent = send(peer, Duration.ofSeconds(10));
			assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(sent).isNotDone();
			rest.countDown();
			sent.get(15, TimeUnit.SECONDS);
			assertThat(onlyReply()).isEqualTo(REPLY);
		}
	}

	@Test
	void aFailureIsNoReplyWhateverItsBody() throws Exception {
		try (Peer peer = answering(500, "fine", BINARY)) {
			assertThatThrownBy(() -> send(peer)).hasCauseInstanceOf(SendException.class)
				.hasMessageContaining("answered 500");
			assertThat(this.replies).isEmpty();
		}
	}

	/** Status, headers and half of the body. */
	private static void begin(Socket socket) throws IOException {
		StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n");
		for (int i = 0; i < BINARY.length; i += 2) {
			head.append(BINARY[i]).append(": ").append(BINARY[i + 1]).append("\r\n");
		}
		OutputStream out = socket.getOutputStream();
		out.write(head.append("\r\nfi").toString().getBytes(StandardCharsets.ISO_8859_1));
		out.flush();
	}

}
