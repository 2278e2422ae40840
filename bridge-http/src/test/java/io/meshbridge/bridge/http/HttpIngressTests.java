package io.meshbridge.bridge.http;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.OverloadException;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.binding.BoundSource;
import io.meshbridge.bridge.http.inbound.HttpEventServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

class HttpIngressTests {

	private static final String[] EVENT = { "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type", "t" };

	private static final String STRUCTURED = """
			{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"a":1}}""";

	private final Queue<InboundMessage> received = new ConcurrentLinkedQueue<>();

	private final Consumer<InboundMessage> accepting = (message) -> {
		this.received.add(message);
		message.accept();
	};

	private HttpGateway gateway;

	HttpIngressTests() {
		this.gateway = new HttpGateway("meshbridge.max-event-size=1000B");
	}

	@BeforeEach
	void serverIsUp() {
		assertThat(this.gateway.port()).isPositive();
	}

	@AfterEach
	void close() {
		this.gateway.close();
	}

	private CloudEvent event() {
		InboundMessage message = this.received.remove();
		assertThat(message.content()).isInstanceOf(Content.Event.class);
		return ((Content.Event) message.content()).event();
	}

	private static byte[] data(CloudEvent event) {
		return Objects.requireNonNull(event.getData()).toBytes();
	}

	private PlainMessage plain() {
		InboundMessage message = this.received.remove();
		assertThat(message.content()).isInstanceOf(Content.Plain.class);
		return ((Content.Plain) message.content()).message();
	}

	private static void assertProblem(HttpResponse<String> response, int status, String... parts) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
		assertThat(response.body()).contains("\"status\":" + status, "\"title\":", "\"detail\":").contains(parts);
	}

	private static String[] with(String[] headers, String... more) {
		String[] all = Arrays.copyOf(headers, headers.length + more.length);
		System.arraycopy(more, 0, all, headers.length, more.length);
		return all;
	}

	@Test
	void takesABinaryEvent() throws Exception {
		this.gateway.source("/orders", this.accepting);
		HttpResponse<String> response = this.gateway.post("/orders", "hi", with(EVENT, "Content-Type", "text/plain",
				"Ce-Subject", "Euro%20%E2%82%AC%20%F0%9F%98%80", "CE-EXT", "x"));
		assertThat(response.statusCode()).isEqualTo(202);
		assertThat(response.body()).isEmpty();
		assertThat(response.headers().firstValue("content-length")).hasValue("0");
		CloudEvent event = event();
		assertThat(event.getSubject()).isEqualTo("Euro € 😀");
		assertThat(event.getExtension("ext")).isEqualTo("x");
		assertThat(event.getDataContentType()).isEqualTo("text/plain");
		assertThat(data(event)).isEqualTo("hi".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void takesAStructuredEvent() throws Exception {
		this.gateway.source("/orders", this.accepting);
		assertThat(
				this.gateway.post("/orders", STRUCTURED, "Content-Type", "application/cloudevents+json; charset=UTF-8")
					.statusCode())
			.isEqualTo(202);
		assertThat(data(event())).isEqualTo("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void takesABatch() throws Exception {
		this.gateway.source("/orders", this.accepting);
		String second = STRUCTURED.replace("\"id\":\"1\"", "\"id\":\"2\"");
		assertThat(this.gateway
			.post("/orders", "[" + STRUCTURED + "," + second + "]", "Content-Type",
					"application/cloudevents-batch+json")
			.statusCode()).isEqualTo(202);
		assertThat(List.of(event().getId(), event().getId())).containsExactly("1", "2");
		assertThat(
				this.gateway.post("/orders", "[]", "Content-Type", "application/cloudevents-batch+json").statusCode())
			.isEqualTo(202);
		assertThat(this.received).isEmpty();
	}

	@Test
	void keepsNoDataAndEmptyDataApart() throws Exception {
		this.gateway.source("/orders", this.accepting);
		this.gateway.post("/orders", "", EVENT);
		assertThat(event().getData()).isNull();
		this.gateway.post("/orders", "", with(EVENT, "Content-Type", "text/plain"));
		assertThat(data(event())).isEmpty();
	}

	@Test
	void wrapsAnyOtherContentAsPlainMessage() throws Exception {
		this.gateway.source("/orders/{id}/items/{*rest}", this.accepting);
		assertThat(this.gateway
			.post("/orders/7%2F8/items/a/b?access_token=x", "a=1", "Content-Type", "application/x-www-form-urlencoded",
					"X-Region", "eu", "Authorization", "Bearer secret")
			.statusCode()).isEqualTo(202);
		PlainMessage message = plain();
		assertThat(message.source()).isEqualTo("/http/orders/7%2F8/items/a/b");
		assertThat(message.subject()).isNull();
		assertThat(message.property("path.id")).isEqualTo("7/8");
		assertThat(message.property("path.rest")).isEqualTo("a/b");
		assertThat(message.property("path.none")).isNull();
		assertThat(message.property("header.x-REGION")).isEqualTo("eu");
		assertThat(message.property("topic")).isEqualTo("/orders/7%2F8/items/a/b");
		assertThat(message.property("topic[0]")).isEqualTo("orders");
		assertThat(message.property("topic[9]")).isNull();
		assertThat(message.contentType()).isEqualTo("application/x-www-form-urlencoded");
		assertThat(message.data()).isEqualTo("a=1".getBytes(StandardCharsets.UTF_8));
		assertThat(message.headers()).containsEntry("x-region", "eu").doesNotContainKey("authorization");
		assertThat(message.id()).hasSize(36);
	}

	@Test
	void takesTheIdOfAPlainMessageFromItsSender() throws Exception {
		this.gateway.source("/hook", this.accepting);
		this.gateway.post("/hook", "x", "Idempotency-Key", "\"abc\"");
		this.gateway.post("/hook", "x", "webhook-id", "msg_1");
		this.gateway.post("/hook", "x", "X-GitHub-Delivery", "72d3162e");
		assertThat(List.of(plain().id(), plain().id(), plain().id())).containsExactly("abc", "msg_1", "72d3162e");
	}

	@Test
	void answersOnlyWhenTheEventIsSettled() throws Exception {
		this.gateway.source("/slow", this.received::add);
		CompletableFuture<HttpResponse<String>> response = this.gateway.client.sendAsync(
				this.gateway.request("/slow", EVENT).POST(HttpRequest.BodyPublishers.noBody()).build(),
				HttpResponse.BodyHandlers.ofString());
		await().atMost(Duration.ofSeconds(30)).until(() -> !this.received.isEmpty());
		assertThat(response).isNotDone();
		InboundMessage message = this.received.remove();
		message.accept();
		message.refuse(new IllegalStateException("too late"));
		assertThat(response.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
	}

	@Test
	void answersWhenTheTargetsTakeTooLong() throws Exception {
		this.gateway.close();
		this.gateway = new HttpGateway("meshbridge.http.response-timeout=700ms");
		this.gateway.source("/slow", this.received::add);
		HttpResponse<String> response = this.gateway.post("/slow", "x", EVENT);
		assertProblem(response, 503, "700 ms (meshbridge.http.response-timeout)");
		assertThat(response.headers().firstValue("retry-after")).hasValue("5");
		this.received.remove().accept();
	}

	@Test
	void saysWhichAttributeIsWrong() throws Exception {
		this.gateway.source("/orders", this.accepting);
		assertProblem(this.gateway.post("/orders", "x", "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s"), 400,
				"\"attribute\":\"type\"", "'type' is missing");
		assertProblem(this.gateway.post("/orders", "x", with(EVENT, "ce-time", "yesterday")), 400,
				"\"attribute\":\"time\"", "'yesterday'");
		assertProblem(this.gateway.post("/orders", "x", with(EVENT, "ce-subject", "a%C0%A0")), 400,
				"\"attribute\":\"subject\"", "UTF-8");
		assertProblem(this.gateway.post("/orders", "x", with(EVENT, "ce-my_ext", "a")), 400,
				"\"attribute\":\"my_ext\"");
		assertProblem(this.gateway.post("/orders", "x", with(EVENT, "ce-id", "2")), 400, "\"attribute\":\"id\"",
				"twice");
	}

	@Test
	void saysWhichByteIsWrong() throws Exception {
		this.gateway.source("/orders", this.accepting);
		assertProblem(this.gateway.post("/orders", "{\"id\":}", "Content-Type", "application/cloudevents+json"), 400,
				"\"byte\":6");
		assertProblem(this.gateway.post("/orders", "", "Content-Type", "application/cloudevents+json"), 400,
				"\"byte\":0");
	}

	@Test
	void saysWhichEventOfABatchIsWrongAndTakesNone() throws Exception {
		this.gateway.source("/orders", this.accepting);
		String bad = STRUCTURED.replace("\"type\":\"t\",", "");
		assertProblem(this.gateway.post("/orders", "[" + STRUCTURED + "," + bad + "]", "Content-Type",
				"application/cloudevents-batch+json"), 400, "\"event\":1", "\"attribute\":\"type\"");
		assertThat(this.received).hasSize(1).allMatch((message) -> message.content() instanceof Content.Unreadable);
	}

	@Test
	void refusesPathsThatNoRouteReads() throws Exception {
		assertProblem(this.gateway.post("/nobody", "x", EVENT), 404, "'/nobody'");
		BoundSource source = this.gateway.source("/orders", this.accepting);
		assertThat(this.gateway.post("/orders", "x", EVENT).statusCode()).isEqualTo(202);
		assertProblem(this.gateway.post("/orders/", "x", EVENT), 404, "'/orders/'");
		source.unbind();
		assertProblem(this.gateway.post("/orders", "x", EVENT), 404, "'/orders'");
	}

	@Test
	void refusesOtherMethods() throws Exception {
		this.gateway.source("/orders", this.accepting);
		for (String method : List.of("GET", "PUT", "DELETE", "PATCH")) {
			HttpResponse<String> response = this.gateway.client.send(
					this.gateway.request("/orders").method(method, HttpRequest.BodyPublishers.noBody()).build(),
					HttpResponse.BodyHandlers.ofString());
			assertProblem(response, 405, method);
			assertThat(response.headers().firstValue("allow")).hasValue("POST, OPTIONS");
		}
	}

	@Test
	void refusesABodyThatIsTooLarge() throws Exception {
		this.gateway.source("/orders", this.accepting);
		String large = "x".repeat(1001);
		assertProblem(this.gateway.post("/orders", large, EVENT), 413, "1,001 bytes", "1,000 bytes",
				"meshbridge.max-event-size");
		HttpRequest chunked = this.gateway.request("/orders", EVENT)
			.POST(HttpRequest.BodyPublishers.ofByteArrays(List.of("x".repeat(600).getBytes(StandardCharsets.UTF_8),
					"x".repeat(600).getBytes(StandardCharsets.UTF_8))))
			.build();
		assertProblem(this.gateway.client.send(chunked, HttpResponse.BodyHandlers.ofString()), 413, "1,200 bytes",
				"1,000 bytes");
		assertThat(this.received).isEmpty();
		assertProblem(this.gateway.post("/orders", "x".repeat(1000), EVENT), 413, "event of 1,0", "1,000 bytes");
		assertThat(this.gateway.post("/orders", "x".repeat(900), EVENT).statusCode()).isEqualTo(202);
	}

	@Test
	void limitsABatchAndEachEventOfIt() throws Exception {
		this.gateway.source("/orders", this.accepting);
		String type = "application/cloudevents-batch+json";
		String large = STRUCTURED.replace("{\"a\":1}", "\"" + "x".repeat(1000) + "\"");
		assertProblem(this.gateway.post("/orders", "[" + STRUCTURED + "," + large + "]", "Content-Type", type), 413,
				"\"event\":1");
		String fifty = "[" + (STRUCTURED + ",").repeat(49) + STRUCTURED + "]";
		assertThat(this.gateway.post("/orders", fifty, "Content-Type", type).statusCode()).isEqualTo(202);
		assertProblem(this.gateway.post("/orders", " ".repeat(16_001), "Content-Type", type), 413, "16,000 bytes");
	}

	@Test
	void answersTooLargeBeforeTheBodyIsSent() throws Exception {
		this.gateway.source("/orders", this.accepting);
		try (Socket socket = new Socket("127.0.0.1", this.gateway.port())) {
			socket.setSoTimeout(30_000);
			socket.getOutputStream()
				.write(("POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n"
						+ "Expect: 100-continue\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			assertThat(readAll(socket.getInputStream())).startsWith("HTTP/1.1 413 ").doesNotContain("100 Continue");
		}
	}

	@Test
	void hangsUpOnABodyThatDoesNotEnd() throws Exception {
		this.gateway.source("/orders", this.accepting);
		byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
		try (Socket socket = new Socket("127.0.0.1", this.gateway.port())) {
			OutputStream out = socket.getOutputStream();
			out.write("POST /orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
				.getBytes(StandardCharsets.US_ASCII));
			assertThatIOException().isThrownBy(() -> {
				for (int i = 0; i < 1000; i++) {
					out.write(chunk);
				}
			});
		}
		assertThat(this.received).isEmpty();
	}

	private static String readAll(InputStream in) throws Exception {
		return new String(in.readAllBytes(), StandardCharsets.UTF_8);
	}

	@Test
	void refusesUnknownEventFormats() throws Exception {
		this.gateway.source("/orders", this.accepting);
		assertProblem(this.gateway.post("/orders", "x", "Content-Type", "application/cloudevents+avro"), 415,
				"'application/cloudevents+avro'", "application/cloudevents+json");
		assertProblem(this.gateway.post("/orders", "x", "Content-Type", "application/cloudevents-batch+xml"), 415,
				"batch+xml");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "application/cloudevents+json" })
	void refusesPackedBodies(String contentType) throws Exception {
		this.gateway.source("/orders", this.accepting);
		HttpResponse<String> response = this.gateway.post("/orders", "x", "Content-Encoding", "gzip", "Content-Type",
				contentType);
		assertProblem(response, 415, "content coding 'gzip'");
		assertThat(response.headers().firstValue("accept-encoding")).hasValue("identity");
		assertThat(this.gateway.post("/orders", "x", with(EVENT, "Content-Encoding", "Identity")).statusCode())
			.isEqualTo(202);
	}

	@Test
	void asksToComeLaterWhenOverloaded() throws Exception {
		this.gateway.source("/orders", (message) -> message
			.refuse(new OverloadException("too many events in flight", Duration.ofMillis(2500))));
		HttpResponse<String> response = this.gateway.post("/orders", "x", EVENT);
		assertProblem(response, 429, "too many events in flight");
		assertThat(response.headers().firstValue("retry-after")).hasValue("3");
	}

	@Test
	void asksToComeLaterWhenNoTargetTookIt() throws Exception {
		this.gateway.source("/orders", (message) -> message.refuse(
				SendException.retryAfter("503", "https://me:secret@host/path: answered 503", Duration.ofSeconds(17))));
		HttpResponse<String> response = this.gateway.post("/orders", "x", EVENT);
		assertProblem(response, 503, "https://host/path: answered 503");
		assertThat(response.headers().firstValue("retry-after")).hasValue("17");
		assertThat(response.body()).doesNotContain("secret");
	}

	@Test
	void saysThatThereIsNoRoomForTheEvent() throws Exception {
		this.gateway.source("/orders", (message) -> message.refuse(SendException.transientFailure("DISK_FULL",
				"$channel.orders: the disk of '/data' has 5 bytes left", null)));
		HttpResponse<String> response = this.gateway.post("/orders", "x", EVENT);
		assertProblem(response, 507, "the disk of '/data' has 5 bytes left");
		assertThat(response.headers().firstValue("retry-after")).isPresent();
	}

	@Test
	void asksToComeMuchLaterWhenTheTargetRefusesForGood() throws Exception {
		SendException refused = SendException.permanent("403", "http://host/path: answered 403", null);
		this.gateway.source("/orders",
				(message) -> message.refuse(new IllegalStateException("route to binding", refused)));
		HttpResponse<String> response = this.gateway.post("/orders", "x", EVENT);
		assertProblem(response, 503, "http://host/path: answered 403");
		assertThat(response.headers().firstValue("retry-after")).hasValue("60");
		assertThat(response.body()).doesNotContain("binding");
	}

	@Test
	void tellsNothingOfTheInsideOfTheGateway() throws Exception {
		this.gateway.source("/orders", (message) -> message.refuse(new IllegalStateException("jdbc://me:pw@db")));
		HttpResponse<String> response = this.gateway.post("/orders", "x", EVENT);
		assertProblem(response, 503, "no target took the event");
		assertThat(response.headers().firstValue("retry-after")).hasValue("5");
	}

	@Test
	void answersForTheWorstEventOfABatch() throws Exception {
		this.gateway.source("/orders", (message) -> {
			String id = ((Content.Event) message.content()).event().getId();
			if (id.equals("2")) {
				message.refuse(SendException.transientFailure("X", "target is down", null));
			}
			else if (id.equals("3")) {
				message.refuse(new OverloadException("full", Duration.ofSeconds(1)));
			}
			else {
				message.accept();
			}
		});
		String batch = "[" + STRUCTURED + "," + STRUCTURED.replace("\"1\",", "\"2\",") + ","
				+ STRUCTURED.replace("\"1\",", "\"3\",") + "]";
		assertProblem(this.gateway.post("/orders", batch, "Content-Type", "application/cloudevents-batch+json"), 503,
				"target is down");
	}

	@Test
	void refusesWhenTheHandlerFails() throws Exception {
		this.gateway.source("/orders", (message) -> {
			throw new IllegalStateException("inside");
		});
		HttpResponse<String> response = this.gateway.post("/orders", "x", EVENT);
		assertProblem(response, 503, "no target took the event");
		assertThat(response.body()).doesNotContain("inside");
	}

	@Test
	void refusesWhilePausedAndTakesAgainWhenResumed() throws Exception {
		BoundSource source = this.gateway.source("/orders", this.accepting);
		assertThat(source.pausable()).isTrue();
		source.pause();
		HttpResponse<String> response = this.gateway.post("/orders", "x", EVENT);
		assertProblem(response, 503, "paused");
		assertThat(response.headers().firstValue("retry-after")).hasValue("5");
		source.resume();
		assertThat(this.gateway.post("/orders", "x", EVENT).statusCode()).isEqualTo(202);
	}

	@Test
	void givesEachMatchingPathAndGroupTheEvent() throws Exception {
		this.gateway.source("/orders/{id}", "one", this.accepting);
		this.gateway.source("/orders/{id}", "two", this.accepting);
		this.gateway.source("/orders/7", "one", this.accepting);
		BoundSource all = this.gateway.source("/**", "one", (message) -> {
			this.received.add(message);
			message.refuse(new IllegalStateException());
		});
		assertThat(this.gateway.post("/orders/7", "x", EVENT).statusCode()).isEqualTo(503);
		assertThat(this.received).hasSize(4);
		all.unbind();
		assertThat(this.gateway.post("/orders/7", "x", EVENT).statusCode()).isEqualTo(202);
		assertThat(this.received).hasSize(7);
	}

	@Test
	void sharesTheEventsOfAGroupInTurn() throws Exception {
		Queue<String> takers = new ConcurrentLinkedQueue<>();
		BoundSource first = this.gateway.source("/orders", (message) -> {
			takers.add("first");
			message.accept();
		});
		this.gateway.source("/orders", (message) -> {
			takers.add("second");
			message.accept();
		});
		for (int i = 0; i < 4; i++) {
			this.gateway.post("/orders", "x", EVENT);
		}
		assertThat(takers).containsExactly("first", "second", "first", "second");
		takers.clear();
		first.pause();
		this.gateway.post("/orders", "x", EVENT);
		this.gateway.post("/orders", "x", EVENT);
		assertThat(takers).containsExactly("second", "second");
	}

	@Test
	void findsEscapedPaths() throws Exception {
		this.gateway.source("/a%20b/{x}", this.accepting);
		assertThat(this.gateway.post("/%61%20b/1", "x", EVENT).statusCode()).isEqualTo(202);
		this.gateway.source("/plain", this.accepting);
		assertThat(this.gateway.post("/pl%61in", "x", EVENT).statusCode()).isEqualTo(202);
		assertThat(this.gateway.post("/plain", "x", EVENT).statusCode()).isEqualTo(202);
	}

	@Test
	void refusesRequestsThatAreNoneOrNeverEnd() throws Exception {
		this.gateway.close();
		this.gateway = new HttpGateway("meshbridge.http.request-timeout=300ms", "meshbridge.http.max-header-size=2KB");
		this.gateway.source("/orders", this.accepting);
		String post = "POST /orders HTTP/1.1\r\nHost: x\r\n";
		assertThat(exchange(post + "X-Long: " + "x".repeat(3000) + "\r\n\r\n")).startsWith("HTTP/1.1 431 ");
		assertThat(exchange(post.replace("orders", "o".repeat(3000)) + "\r\n")).startsWith("HTTP/1.1 414 ");
		assertThat(exchange(post + "Content-Length: many\r\n\r\n")).startsWith("HTTP/1.1 400 ");
		Queue<Throwable> logged = new ConcurrentLinkedQueue<>();
		Hooks.onErrorDropped(logged::add);
		assertThat(exchange(post + "Content-Length: 10\r\n\r\nslow")).startsWith("HTTP/1.1 408 ");
		Hooks.resetOnErrorDropped();
		assertThat(logged).as("logged as ERROR").isEmpty();
		assertThat(this.received).isEmpty();
	}

	private String exchange(String request) throws Exception {
		try (Socket socket = new Socket("127.0.0.1", this.gateway.port())) {
			socket.setSoTimeout(30_000);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			return readAll(socket.getInputStream());
		}
	}

	@Test
	void doesTheWebHookHandshake() throws Exception {
		this.gateway.source("/hook", this.accepting);
		HttpResponse<String> asked = options("/hook", "WebHook-Request-Origin", "sender.example.com",
				"WebHook-Request-Rate", "120");
		assertThat(asked.statusCode()).isEqualTo(200);
		assertThat(asked.headers().firstValue("WebHook-Allowed-Origin")).hasValue("sender.example.com");
		assertThat(asked.headers().firstValue("WebHook-Allowed-Rate")).hasValue("*");
		assertThat(asked.headers().firstValue("Allow")).hasValue("POST, OPTIONS");
		HttpResponse<String> noRate = options("/hook", "WebHook-Request-Origin", "sender.example.com");
		assertThat(noRate.headers().firstValue("WebHook-Allowed-Rate")).isEmpty();
		HttpResponse<String> plain = options("/hook", "X-Any", "x");
		assertThat(plain.headers().firstValue("WebHook-Allowed-Origin")).isEmpty();
		assertThat(options("/none", "WebHook-Request-Origin", "a").statusCode()).isEqualTo(404);
	}

	private HttpResponse<String> options(String path, String... headers) throws Exception {
		return this.gateway.client.send(
				this.gateway.request(path, headers).method("OPTIONS", HttpRequest.BodyPublishers.noBody()).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	@Test
	void answersPipelinedRequestsInOrder() throws Exception {
		this.gateway.source("/p/{n}", (message) -> {
			this.received.add(message);
			message.accept();
		});
		try (Socket socket = new Socket("127.0.0.1", this.gateway.port())) {
			socket.setSoTimeout(30_000);
			StringBuilder requests = new StringBuilder();
			for (int i = 0; i < 3; i++) {
				requests.append("POST ").append((i == 1) ? "/none" : "/p/" + i).append(" HTTP/1.1\r\nHost: x\r\n");
				requests.append("Content-Length: 1\r\n\r\nx");
			}
			socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.US_ASCII));
			Scanner answers = new Scanner(socket.getInputStream(), StandardCharsets.US_ASCII);
			assertThat(List.of(status(answers), status(answers), status(answers))).containsExactly("202", "404", "202");
		}
	}

	private static String status(Scanner answers) {
		return answers.findWithinHorizon("HTTP/1.1 ([0-9]+)", 0).substring("HTTP/1.1 ".length());
	}

	@Test
	void deliversThoughTheSenderHasGone() throws Exception {
		this.gateway.source("/slow", this.received::add);
		try (Socket socket = new Socket("127.0.0.1", this.gateway.port())) {
			socket.getOutputStream()
				.write("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx"
					.getBytes(StandardCharsets.US_ASCII));
			await().atMost(Duration.ofSeconds(30)).until(() -> !this.received.isEmpty());
		}
		this.received.remove().accept();
		this.gateway.source("/other", this.accepting);
		assertThat(this.gateway.post("/other", "x", EVENT).statusCode()).isEqualTo(202);
	}

	@Test
	void answersWhatIsInFlightBeforeItStops() throws Exception {
		this.gateway.close();
		this.gateway = new HttpGateway("meshbridge.http.drain-timeout=60s");
		this.gateway.source("/slow", this.received::add);
		CompletableFuture<HttpResponse<String>> response = this.gateway.client.sendAsync(
				this.gateway.request("/slow", EVENT).POST(HttpRequest.BodyPublishers.noBody()).build(),
				HttpResponse.BodyHandlers.ofString());
		await().atMost(Duration.ofSeconds(30)).until(() -> !this.received.isEmpty());
		CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.gateway::stop);
		await().atMost(Duration.ofSeconds(30)).until(() -> this.gateway.bean(HttpEventServer.class).draining());
		HttpResponse<String> late = this.gateway.post("/slow", "x", EVENT);
		assertProblem(late, 503, "stopping");
		assertThat(late.headers().firstValue("connection")).hasValue("close");
		this.received.remove().accept();
		assertThat(response.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
		stopped.get(30, TimeUnit.SECONDS);
	}

	@Test
	void answersUnsettledRequestsWhenUnbound() throws Exception {
		this.gateway.close();
		this.gateway = new HttpGateway("meshbridge.http.drain-timeout=100ms");
		BoundSource source = this.gateway.source("/slow", this.received::add);
		CompletableFuture<HttpResponse<String>> response = this.gateway.client.sendAsync(
				this.gateway.request("/slow", EVENT).POST(HttpRequest.BodyPublishers.noBody()).build(),
				HttpResponse.BodyHandlers.ofString());
		await().atMost(Duration.ofSeconds(30)).until(() -> !this.received.isEmpty());
		source.unbind();
		assertProblem(response.get(30, TimeUnit.SECONDS), 503, "stops reading");
	}

}
