package io.meshbridge.bridge.http.inbound;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.meshbridge.bridge.http.mapping.HttpEventReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

import org.springframework.integration.core.Pausable;
import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.GenericMessage;

/**
 * The consuming end of one binding: a path on the event server whose requests become
 * messages with the body as payload.
 * <p>
 * With mapped headers, for consumers other than the gateway, a message has
 * {@code contentType}, {@code http_path} and the {@code ce-} headers, and is sent on a
 * thread that may block. Without, it is sent on the event loop.
 */
public final class HttpInboundEndpoint extends MessageProducerSupport implements Pausable {

	private static final Logger LOG = LoggerFactory.getLogger(HttpInboundEndpoint.class);

	private final HttpEventServer server;

	private final String path;

	private final @Nullable String group;

	private final boolean mapHeaders;

	private final InFlight inFlight = new InFlight();

	private final OncePerMinute lonePercents = new OncePerMinute(System::nanoTime);

	private volatile boolean open;

	private volatile boolean paused;

	public HttpInboundEndpoint(HttpEventServer server, String path, @Nullable String group, boolean mapHeaders) {
		this.server = server;
		this.path = path.startsWith("/") ? path : "/" + path;
		this.group = group;
		this.mapHeaders = mapHeaders;
	}

	/**
	 * The path template.
	 */
	String path() {
		return this.path;
	}

	/**
	 * Who shares the requests; {@code null} for nobody.
	 */
	@Nullable String group() {
		return this.group;
	}

	InFlight inFlight() {
		return this.inFlight;
	}

	@Override
	protected void doStart() {
		this.open = true;
		this.server.register(this);
	}

	@Override
	protected void doStop() {
		this.server.unregister(this);
		this.open = false;
		awaitAnswers(this.server.drainTimeout());
	}

	private void awaitAnswers(Duration limit) {
		if (Schedulers.isInNonBlockingThread()) {
			return;
		}
		try {
			this.inFlight.none().get(limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (TimeoutException ex) {
			LOG.warn("{}: {} requests were not answered within {} ms (meshbridge.http.drain-timeout)", this.path,
					this.inFlight.count(), limit.toMillis());
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void pause() {
		this.paused = true;
	}

	@Override
	public void resume() {
		this.paused = false;
	}

	@Override
	public boolean isPaused() {
		return this.paused;
	}

	/**
	 * Passes a request on to the binding's channel.
	 */
	void deliver(HttpDelivery delivery) {
		delivery.exchange().hold();
		if (!this.open) {
			// It was unbound while the body came in.
			delivery.exchange()
				.settle(Answer.unavailable("path '" + this.path + "' was closed", delivery.exchange().retryAfter()));
			return;
		}
		tellOf(delivery.exchange().request().lonePercents());
		if (this.mapHeaders) {
			Schedulers.boundedElastic().schedule(() -> send(delivery));
		}
		else {
			send(delivery);
		}
	}

	private void tellOf(List<String> lonePercents) {
		if (lonePercents.isEmpty()) {
			return;
		}
		LOG.debug("{}: '%' without two hexadecimal digits in {}", this.path, lonePercents);
		long requests = this.lonePercents.due();
		if (requests > 0) {
			LOG.warn(
					"{}: {} requests with a '%' that is not followed by two hexadecimal digits, the last one in {}."
							+ " It is kept; but if their sender does not percent-encode, its '%41' is read as 'A'",
					this.path, requests, lonePercents);
		}
	}

	private void send(HttpDelivery delivery) {
		HttpExchange exchange = delivery.exchange();
		Answer outcome = Answer.ACCEPTED;
		try {
			sendMessage(new GenericMessage<>(exchange.request().body(), headers(delivery)));
		}
		catch (RuntimeException ex) {
			LOG.warn("{}: a request was refused because its consumer failed", this.path, ex);
			outcome = Answer.refused(ex, exchange.retryAfter());
		}
		exchange.settle(delivery.claimed() ? Answer.ACCEPTED : outcome);
	}

	private Map<String, Object> headers(HttpDelivery delivery) {
		if (!this.mapHeaders) {
			return Map.of(HttpDelivery.HEADER, delivery);
		}
		HttpRequestMessage request = delivery.exchange().request();
		Map<String, Object> mapped = new HashMap<>();
		mapped.put(HttpDelivery.HEADER, delivery);
		mapped.put("http_path", request.path());
		if (request.contentType() != null) {
			mapped.put(MessageHeaders.CONTENT_TYPE, request.contentType());
		}
		// Any other name could mean something to Spring, such as errorChannel.
		Iterator<Map.Entry<String, String>> all = request.headers().iteratorAsString();
		while (all.hasNext()) {
			Map.Entry<String, String> header = all.next();
			String name = header.getKey().toLowerCase(Locale.ROOT);
			if (name.startsWith(HttpEventReader.PREFIX)) {
				mapped.put(name, header.getValue());
			}
		}
		return mapped;
	}

}
