package io.meshbridge.bridge.http.inbound;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.meshbridge.bridge.format.MediaTypes;
import io.meshbridge.bridge.http.mapping.HttpEventReader;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.Timer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Takes each request of the event server through its checks, cheapest first, and hands it
 * to the bindings of its path. Runs on the event loops and never waits.
 */
final class RequestHandler {

	private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

	private static final String ALLOWED = "POST, OPTIONS";

	private static final String MAX_EVENT_SIZE = "meshbridge.max-event-size";

	/** How much larger than an event a batch may be. */
	private static final int BATCH_FACTOR = 16;

	/** A body up to this size is read to its end, so that its sender sees the answer. */
	private static final long DISCARD_LIMIT_BYTES = 16L * 1024 * 1024;

	/** Where Reactor looks for who takes errors that come too late. */
	private static final String DROPPED_ERRORS = "reactor.onErrorDropped.local";

	private static final Consumer<Throwable> DROPPED = (error) -> LOG.debug("After the end of a request", error);

	private final HttpServerProperties properties;

	private final long maxEventBytes;

	private final InFlight inFlight;

	private final Timer timer;

	private final Supplier<PathTable> paths;

	private final BooleanSupplier ready;

	private final BooleanSupplier draining;

	RequestHandler(HttpServerProperties properties, long maxEventBytes, InFlight inFlight, Timer timer,
			Supplier<PathTable> paths, BooleanSupplier ready, BooleanSupplier draining) {
		this.properties = properties;
		this.maxEventBytes = maxEventBytes;
		this.inFlight = inFlight;
		this.timer = timer;
		this.paths = paths;
		this.ready = ready;
		this.draining = draining;
	}

	Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
		return answer(request, response).flatMap((answer) -> Mono.from(answer.write(response)));
	}

	private Mono<Answer> answer(HttpServerRequest request, HttpServerResponse response) {
		String path = path(request.uri());
		List<PathTable.Match> matches;
		try {
			matches = this.paths.get().match(path);
		}
		catch (IllegalArgumentException ex) {
			return Mono.just(Answer.of(400, "path '" + path + "': " + ex.getMessage()));
		}
		if (this.draining.getAsBoolean()) {
			return Mono.just(stopping());
		}
		if (matches.isEmpty() && !this.ready.getAsBoolean()) {
			return Mono.just(Answer.unavailable("the gateway is starting", this.properties.retryAfter()));
		}
		if (matches.isEmpty()) {
			return Mono.just(Answer.of(404, "no route reads from path '" + path + "'"));
		}
		if (request.method().equals(HttpMethod.OPTIONS)) {
			return Mono.just(handshake(request.requestHeaders(), response));
		}
		if (!request.method().equals(HttpMethod.POST)) {
			response.header(HttpHeaderNames.ALLOW, ALLOWED);
			return Mono.just(Answer.of(405, "method '" + request.method() + "' is not allowed, expected POST"));
		}
		return post(request, response, path, matches);
	}

	/**
	 * Path of the request target, still escaped, without the query, which may hold an
	 * access token.
	 */
	private static String path(String target) {
		int from = 0;
		if (!target.startsWith("/")) {
			int host = target.indexOf("://");
			from = (host < 0) ? -1 : target.indexOf('/', host + 3);
			if (from < 0) {
				return "/";
			}
		}
		int to = from;
		while (to < target.length() && target.charAt(to) != '?' && target.charAt(to) != '#') {
			to++;
		}
		return (from == 0 && to == target.length()) ? target : target.substring(from, to);
	}

	/**
	 * Grants a sender what it asks for (<a href=
	 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection">Web
	 * Hooks for Event Delivery 1.0.2, section 4</a>).
	 */
	private Answer handshake(HttpHeaders request, HttpServerResponse response) {
		response.header(HttpHeaderNames.ALLOW, ALLOWED);
		String origin = request.get("WebHook-Request-Origin");
		if (origin != null) {
			response.header("WebHook-Allowed-Origin", origin);
			if (request.contains("WebHook-Request-Rate")) {
				response.header("WebHook-Allowed-Rate", this.properties.webhookAllowedRate());
			}
		}
		return Answer.of(200, "");
	}

	private Mono<Answer> post(HttpServerRequest request, HttpServerResponse response, String path,
			List<PathTable.Match> matches) {
		HttpHeaders headers = request.requestHeaders();
		String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE);
		if (!HttpEventReader.knownFormat(contentType)) {
			return Mono.just(Answer.of(415, "event format '" + contentType + "' is not known, expected "
					+ MediaTypes.EVENT_JSON + " or " + MediaTypes.BATCH_JSON));
		}
		String coding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
		if (coding != null && !HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(coding.strip())) {
			// Taken as it is, an event would have data that nobody could tell is packed.
			response.header(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
			return Mono.just(Answer.of(415, "content coding '" + coding + "' is not known, expected none"));
		}
		boolean batch = MediaTypes.batch(contentType);
		long limit = batch ? this.maxEventBytes * BATCH_FACTOR : this.maxEventBytes;
		String limitName = batch ? BATCH_FACTOR + " x " + MAX_EVENT_SIZE : MAX_EVENT_SIZE;
		long announced = announced(headers);
		if (announced > limit) {
			Answer tooLarge = Answer.tooLarge("body", announced, limit, limitName);
			return Mono.just((announced > DISCARD_LIMIT_BYTES) ? tooLarge.closing() : tooLarge);
		}
		Answer unavailable = unavailable(path, matches);
		if (unavailable != null) {
			return Mono.just(unavailable);
		}
		return request.receive()
			.collect(() -> new RequestBody(announced, limit, Math.max(limit, DISCARD_LIMIT_BYTES)), RequestBody::add)
			.flatMap((body) -> body.tooLarge() ? Mono.just(Answer.tooLarge("body", body.length(), limit, limitName))
					: dispatch(request, new HttpRequestMessage(path, headers, body.toBytes()), matches))
			.onErrorResume(RequestBody.EndlessException.class,
					(ex) -> Mono.just(Answer.tooLarge("body", -1, limit, limitName).closing()))
			// What times out a request is not public.
			.onErrorResume(ChannelException.class, (ex) -> Mono.just(tooSlow()))
			// The server reports one timeout twice; the second would be logged as ERROR.
			.contextWrite((context) -> context.put(DROPPED_ERRORS, DROPPED));
	}

	private Answer tooSlow() {
		return Answer
			.of(408, "the request did not come in within " + this.properties.requestTimeout().toMillis()
					+ " ms (meshbridge.http.request-timeout)")
			.closing();
	}

	private static long announced(HttpHeaders headers) {
		String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
		// Netty has refused by now what is no number.
		return (length == null) ? -1 : Long.parseLong(length);
	}

	private @Nullable Answer unavailable(String path, List<PathTable.Match> matches) {
		if (this.draining.getAsBoolean()) {
			return stopping();
		}
		for (PathTable.Match match : matches) {
			if (match.endpoint().isPaused()) {
				return Answer.unavailable("path '" + path + "' is paused", this.properties.retryAfter());
			}
		}
		return null;
	}

	private Answer stopping() {
		return Answer.unavailable("the gateway is stopping", this.properties.retryAfter()).closing();
	}

	private Mono<Answer> dispatch(HttpServerRequest request, HttpRequestMessage message,
			List<PathTable.Match> matches) {
		// Much may have happened while the body came in.
		Answer unavailable = unavailable(message.path(), matches);
		if (unavailable != null) {
			return Mono.just(unavailable);
		}
		Answer tooLarge = message.tooLarge(this.maxEventBytes, MAX_EVENT_SIZE);
		if (tooLarge != null) {
			return Mono.just(tooLarge);
		}
		HttpExchange exchange = new HttpExchange(message, counters(matches), eventLoop(request),
				this.properties.retryAfter());
		for (PathTable.Match match : matches) {
			match.endpoint().deliver(new HttpDelivery(exchange, match.pathVariables()));
		}
		exchange.settle(Answer.ACCEPTED);
		exchange.expireAfter(this.properties.responseTimeout(), this.timer);
		return exchange.answer();
	}

	private List<InFlight> counters(List<PathTable.Match> matches) {
		List<InFlight> counters = new ArrayList<>(1 + matches.size());
		counters.add(this.inFlight);
		matches.forEach((match) -> counters.add(match.endpoint().inFlight()));
		return counters;
	}

	private static EventLoop eventLoop(HttpServerRequest request) {
		EventLoop[] loop = new EventLoop[1];
		request.withConnection((connection) -> loop[0] = connection.channel().eventLoop());
		return loop[0];
	}

}
