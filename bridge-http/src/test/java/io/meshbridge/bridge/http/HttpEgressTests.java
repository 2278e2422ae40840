package io.meshbridge.bridge.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.binding.BoundTarget;
import io.meshbridge.bridge.test.broker.FreePort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpEgressTests {

	private static final CloudEvent EVENT = CloudEventBuilder.v1()
		.withId("1")
		.withSource(URI.create("/s"))
		.withType("t")
		.withSubject("Euro € 😀")
		.withData("text/plain", "hi".getBytes(StandardCharsets.UTF_8))
		.build();

	private HttpGateway gateway;

	HttpEgressTests() {
		this.gateway = new HttpGateway("meshbridge.http.enabled=false", "meshbridge.http.client.max-connections=2",
				"meshbridge.http.client.max-pending=2", "spring.cloud.stream.binders.http.type=http",
				"spring.cloud.stream.binders.legacy.type=http",
				"spring.cloud.stream.binders.legacy.environment.meshbridge.http.client.legacy-headers=true");
	}

	@BeforeAll
	void clientIsReady() {
		assertThat(this.gateway).isNotNull();
	}

	@AfterAll
	void close() {
		this.gateway.close();
	}

	private void send(Peer peer) throws Exception {
		send(this.gateway.target(peer.url("/in")));
	}

	private static void send(BoundTarget target) throws Exception {
		HttpGateway.send(target, EVENT).get(15, TimeUnit.SECONDS);
	}

	private static SendException failure(CompletableFuture<Void> sent) throws Exception {
		try {
			sent.get(15, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			assertThat(ex.getCause()).isInstanceOf(SendException.class);
			return (SendException) Objects.requireNonNull(ex.getCause());
		}
		return fail("the send succeeded");
	}

	private SendException failure(Peer peer) throws Exception {
		return failure(HttpGateway.send(this.gateway.target(peer.url("/in?access_token=secret")), EVENT));
	}

	@Test
	void postsABinaryEvent() throws Exception {
		try (Peer peer = Peer.answering(202)) {
			BoundTarget target = this.gateway.target(peer.url("/in/a%20b?x=1"));
			assertThat(target.target().keepsOrder()).isFalse();
			send(target);
			Peer.Request request = peer.requests.remove();
			assertThat(request.line()).isEqualTo("POST /in/a%20b?x=1 HTTP/1.1");
			assertThat(request.headers()).containsEntry("ce-specversion", "1.0")
				.containsEntry("ce-id", "1")
				.containsEntry("ce-source", "/s")
				.containsEntry("ce-type", "t")
				.containsEntry("ce-subject", "Euro%20%E2%82%AC%20%F0%9F%98%80")
				.containsEntry("content-type", "text/plain")
				.containsEntry("content-length", "2")
				.doesNotContainKey("ce-datacontenttype");
			assertThat(request.text()).isEqualTo("hi");
		}
	}

	@Test
	void postsAStructuredEvent() throws Exception {
		try (Peer peer = Peer.answering(200)) {
			HttpGateway
				.send(this.gateway.target(peer.url("/in")), EVENT, ContentMode.STRUCTURED, Duration.ofSeconds(10))
				.get(15, TimeUnit.SECONDS);
			Peer.Request request = peer.requests.remove();
			assertThat(request.headers()).containsEntry("content-type", "application/cloudevents+json; charset=UTF-8")
				.doesNotContainKey("ce-id");
			assertThat(request.text()).contains("\"subject\":\"Euro € 😀\"", "\"data\":\"hi\"");
		}
	}

	@Test
	void leavesHeadersAsTheyAreForLegacyTargets() throws Exception {
		try (Peer peer = Peer.answering(200)) {
			send(this.gateway.target("legacy", peer.url("/in")));
			byte[] subject = peer.requests.remove()
				.headers()
				.getOrDefault("ce-subject", "")
				.getBytes(StandardCharsets.ISO_8859_1);
			assertThat(new String(subject, StandardCharsets.UTF_8)).isEqualTo("Euro € 😀");
		}
	}

	@Test
	void sendsUserInfoAsBasicAuthorization() throws Exception {
		try (Peer peer = Peer.answering(401)) {
			BoundTarget target = this.gateway.target(peer.url("/in").replace("//", "//me:pass@"));
			SendException failure = failure(HttpGateway.send(target, EVENT));
			assertThat(peer.requests.remove().headers()).containsEntry("authorization", "Basic bWU6cGFzcw==");
			assertThat(failure).hasMessageContaining("401").hasMessageNotContaining("pass");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 201, 202, 204, 206, 299 })
	void anyTwoHundredIsSuccess(int status) throws Exception {
		try (Peer peer = Peer.answering(status)) {
			send(peer);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 300, 301, 302, 304, 307, 308, 400, 401, 403, 405, 410, 413, 415, 422, 431 })
	void refusalsArePermanent(int status) throws Exception {
		try (Peer peer = Peer.answering(status, "Location", "/elsewhere", "Retry-After", "7")) {
			SendException failure = failure(peer);
			assertThat(failure.permanent()).isTrue();
			assertThat(failure.code()).isEqualTo(Integer.toString(status));
			assertThat(failure.retryAfter()).isNull();
			assertThat(failure).hasMessageContaining("127.0.0.1").hasMessageNotContaining("secret");
			assertThat(peer.requests).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 404, 408, 409, 429, 500, 501, 502, 503, 504, 599 })
	void outagesAreTransient(int status) throws Exception {
		try (Peer peer = Peer.answering(status)) {
			SendException failure = failure(peer);
			assertThat(failure.permanent()).isFalse();
			assertThat(failure.code()).isEqualTo(Integer.toString(status));
			assertThat(failure.retryAfter()).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 429, 503 })
	void readsRetryAfter(int status) throws Exception {
		try (Peer peer = Peer.answering(status, "Retry-After", "7")) {
			assertThat(failure(peer).retryAfter()).isEqualTo(Duration.ofSeconds(7));
		}
		String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(100));
		try (Peer peer = Peer.answering(status, "Retry-After", date)) {
			assertThat(failure(peer).retryAfter()).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(100));
		}
		try (Peer peer = Peer.answering(status, "Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT")) {
			assertThat(failure(peer).retryAfter()).isZero();
		}
		try (Peer peer = Peer.answering(status, "Retry-After", "soon")) {
			assertThat(failure(peer).retryAfter()).isNull();
		}
	}

	@Test
	void keepsTheBeginningOfTheAnswerAsReason() throws Exception {
		try (Peer peer = new Peer(
				(request, socket) -> Peer.write(socket, 400, "no such\r\norder " + "x".repeat(5000)))) {
			assertThat(failure(peer)).hasMessageContaining("400 Bad Request: no such order xxx")
				.extracting((failure) -> String.valueOf(failure.getMessage()).length())
				.isEqualTo(1024 - 1 + (peer.url("/in") + ": answered 400 Bad Request: ").length());
		}
	}

	@Test
	void reusesConnections() throws Exception {
		try (Peer peer = new Peer((request, socket) -> Peer.write(socket, 503, "x".repeat(5000)))) {
			for (int i = 0; i < 10; i++) {
				failure(peer);
			}
			assertThat(peer.requests).hasSize(10);
			assertThat(peer.connections.get()).isLessThanOrEqualTo(2);
		}
	}

	@Test
	void boundsConnectionsAndWaitingRequests() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		try (Peer peer = new Peer((request, socket) -> {
			try {
				release.await(10, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			Peer.write(socket, 200, "");
		})) {
			BoundTarget target = this.gateway.target(peer.url("/in"));
			List<CompletableFuture<Void>> sent = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				sent.add(HttpGateway.send(target, EVENT));
			}
			SendException failure = failure(sent.remove(4));
			assertThat(failure.code()).isEqualTo("POOL_FULL");
			assertThat(failure.permanent()).isFalse();
			assertThat(sent).noneMatch(CompletableFuture::isDone);
			release.countDown();
			for (CompletableFuture<Void> one : sent) {
				one.get(10, TimeUnit.SECONDS);
			}
			assertThat(peer.connections).hasValue(2);
		}
	}

	@Test
	void saysThatNobodyListens() throws Exception {
		int port = FreePort.any();
		SendException failure = failure(
				HttpGateway.send(this.gateway.target("http://127.0.0.1:" + port + "/in"), EVENT));
		assertThat(failure.code()).isEqualTo("CONNECTION_REFUSED");
		assertThat(failure.permanent()).isFalse();
		assertThat(failure.unreachable()).isTrue();
		assertThat(failure).hasMessageContaining("127.0.0.1:" + port);
	}

	@Test
	void saysThatTheHostIsUnknown() throws Exception {
		SendException failure = failure(HttpGateway.send(this.gateway.target("http://no-such-host.invalid/in"), EVENT));
		assertThat(failure.code()).isEqualTo("UNKNOWN_HOST");
		assertThat(failure.permanent()).isFalse();
	}

	@Test
	void timesOutAndGivesTheConnectionUp() throws Exception {
		try (Peer silent = new Peer((request, socket) -> {
		})) {
			CompletableFuture<Void> sent = HttpGateway.send(this.gateway.target(silent.url("/in")), EVENT,
					ContentMode.BINARY, Duration.ofMillis(300));
			SendException failure = failure(sent);
			assertThat(failure.code()).isEqualTo("TIMEOUT");
			assertThat(failure.permanent()).isFalse();
			assertThat(failure).hasMessageContaining("300 ms");
		}
	}

	@Test
	void timesOutWhenTheAnswerDrips() throws Exception {
		CountDownLatch over = new CountDownLatch(1);
		try (Peer dripping = new Peer((request, socket) -> {
			for (byte b : "HTTP/1.1 200 OK\r\nX-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				.getBytes(StandardCharsets.US_ASCII)) {
				socket.getOutputStream().write(b);
				try {
					over.await(50, TimeUnit.MILLISECONDS);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
		})) {
			assertThat(failure(HttpGateway.send(this.gateway.target(dripping.url("/in")), EVENT, ContentMode.BINARY,
					Duration.ofMillis(400)))
				.code()).isEqualTo("TIMEOUT");
			over.countDown();
		}
	}

	@Test
	void knowsTheStatusThoughTheBodyNeverEnds() throws Exception {
		try (Peer endless = new Peer((request, socket) -> socket.getOutputStream()
			.write("HTTP/1.1 409 Conflict\r\nContent-Length: 100\r\n\r\nhalf".getBytes(StandardCharsets.US_ASCII)))) {
			SendException failure = failure(HttpGateway.send(this.gateway.target(endless.url("/in")), EVENT,
					ContentMode.BINARY, Duration.ofSeconds(5)));
			assertThat(failure.code()).isEqualTo("409");
			assertThat(failure).hasMessageContaining("half");
		}
		try (Peer endless = new Peer((request, socket) -> socket.getOutputStream()
			.write("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nhalf".getBytes(StandardCharsets.US_ASCII)))) {
			send(endless);
		}
	}

	@Test
	void halfAnAnswerIsNone() throws Exception {
		try (Peer half = new Peer((request, socket) -> {
			socket.getOutputStream().write("HTTP/1.1 20".getBytes(StandardCharsets.US_ASCII));
			socket.close();
		})) {
			SendException failure = failure(half);
			assertThat(failure.code()).isEqualTo("CONNECTION_LOST");
			assertThat(failure.permanent()).isFalse();
			assertThat(failure.unreachable()).as("the event may have got there").isFalse();
		}
	}

	@Test
	void aClosedConnectionIsTransient() throws Exception {
		try (Peer closing = new Peer((request, socket) -> socket.close())) {
			assertThat(failure(closing).code()).isEqualTo("CONNECTION_LOST");
			assertThat(closing.requests).hasSize(1);
		}
	}

	@Test
	void aResetConnectionIsTransient() throws Exception {
		try (Peer resetting = new Peer((request, socket) -> {
			socket.setSoLinger(true, 0);
			socket.close();
		})) {
			assertThat(failure(resetting).code()).isEqualTo("CONNECTION_LOST");
			assertThat(resetting.requests).hasSize(1);
		}
	}

	@Test
	void anAnswerThatIsNoHttpIsTransient() throws Exception {
		try (Peer strange = new Peer((request, socket) -> {
			socket.getOutputStream().write("220 smtp.example.com ESMTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		})) {
			assertThat(failure(strange).permanent()).isFalse();
		}
	}

	@Test
	void aCancelledSendEndsTheRequest() throws Exception {
		try (Peer silent = new Peer((request, socket) -> {
		})) {
			BoundTarget target = this.gateway.target(silent.url("/in"));
			CompletableFuture<Void> sent = HttpGateway.send(target, EVENT);
			await().atMost(Duration.ofSeconds(30)).until(() -> !silent.requests.isEmpty());
			assertThat(sent.cancel(true)).isTrue();
			assertThat(sent).isCancelled();
		}
	}

	@Test
	void anInterruptedSenderDoesNotSend() throws Exception {
		try (Peer peer = Peer.answering(200)) {
			BoundTarget target = this.gateway.target(peer.url("/in"));
			Thread.currentThread().interrupt();
			CompletableFuture<Void> sent = HttpGateway.send(target, EVENT);
			assertThat(Thread.interrupted()).isTrue();
			assertThat(failure(sent).code()).isEqualTo("INTERRUPTED");
			assertThat(peer.requests).isEmpty();
		}
	}

	@Test
	void closingFailsWhatIsUnderWay() throws Exception {
		try (Peer silent = new Peer((request, socket) -> {
		})) {
			BoundTarget target = this.gateway.target(silent.url("/in"));
			CompletableFuture<Void> sent = HttpGateway.send(target, EVENT);
			target.unbind();
			assertThat(failure(sent).code()).isEqualTo("CLOSED");
			assertThat(failure(HttpGateway.send(target, EVENT)).code()).isEqualTo("CLOSED");
		}
	}

	@Test
	void headersThatAreTooLargeArePermanent() throws Exception {
		try (Peer peer = Peer.answering(200)) {
			CloudEvent large = CloudEventBuilder.v1(EVENT).withExtension("big", "x".repeat(16 * 1024)).build();
			BoundTarget target = this.gateway.target(peer.url("/in"));
			SendException failure = failure(HttpGateway.send(target, large));
			assertThat(failure.permanent()).isTrue();
			assertThat(failure.code()).isEqualTo("HEADER_TOO_LARGE");
			assertThat(failure).hasMessageContaining("ce-big with 16384").hasMessageContaining("16,384 bytes");
			HttpGateway.send(target, large, ContentMode.STRUCTURED, Duration.ofSeconds(10)).get(15, TimeUnit.SECONDS);
		}
	}

	@Test
	void aDestinationThatIsNoUrlIsNamed() {
		assertThatThrownBy(() -> this.gateway.target("orders")).hasMessageContaining("'orders'")
			.hasMessageContaining("https://host/path");
		assertThatThrownBy(() -> this.gateway.target("http://me:secret@")).hasMessageNotContaining("secret");
		assertThatThrownBy(() -> this.gateway.target("ftp://host/a")).hasMessageContaining("ftp://host/a");
	}

}
