package io.meshbridge.bridge.http.outbound;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.http.mapping.HttpEventWriter;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpDecoderSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;

/**
 * Posts events over pooled connections. One for each binder. Thread-safe; nothing here
 * waits.
 */
public final class HttpEventClient implements AutoCloseable {

	private final ConnectionProvider connections;

	private final HttpClient client;

	private final HashedWheelTimer timer = new HashedWheelTimer(new DefaultThreadFactory("http-timeouts", true), 50,
			TimeUnit.MILLISECONDS);

	private final HttpEventWriter writer;

	private final Failures failures = new Failures(Clock.systemUTC());

	public HttpEventClient(HttpClientProperties properties, @Nullable SslBundle sslBundle) {
		this.writer = new HttpEventWriter(properties.legacyHeaders(), (int) properties.maxHeaderSize().toBytes());
		// No time limit for waiting in the pool: each request has its own timeout.
		this.connections = ConnectionProvider.builder("meshbridge-http")
			.maxConnections(properties.maxConnections())
			.pendingAcquireMaxCount(properties.maxPending())
			.pendingAcquireTimeout(Duration.ZERO)
			.maxIdleTime(properties.maxIdleTime())
			.build();
		HttpClient plain = HttpClient.create(this.connections)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) properties.connectTimeout().toMillis())
			// Those of a reply in binary mode, and what else a target writes there.
			.httpResponseDecoder((spec) -> spec
				.maxHeaderSize((int) properties.maxHeaderSize().toBytes() + HttpDecoderSpec.DEFAULT_MAX_HEADER_SIZE))
			.followRedirect(false)
			.compress(false);
		this.client = (sslBundle == null) ? plain : secure(plain, sslBundle);
	}

	private static HttpClient secure(HttpClient client, SslBundle bundle) {
		SslOptions options = bundle.getOptions();
		try {
			SslContext ssl = SslContextBuilder.forClient()
				.keyManager(bundle.getManagers().getKeyManagerFactory())
				.trustManager(bundle.getManagers().getTrustManagerFactory())
				.protocols(options.getEnabledProtocols())
				.ciphers(SslOptions.asSet(options.getCiphers()))
				.endpointIdentificationAlgorithm("HTTPS")
				.build();
			return client.secure((spec) -> spec.sslContext(ssl));
		}
		catch (SSLException ex) {
			throw new IllegalStateException("http: the SSL bundle of meshbridge.http.client.ssl-bundle is of no use",
					ex);
		}
	}

	/**
	 * A request sender for one target, made once.
	 */
	HttpClient.RequestSender to(TargetUrl url) {
		return this.client.post().uri(url.uri());
	}

	/**
	 * Posts one event.
	 * @param sent completes when the target answered 2xx, and, where a reply is wanted
	 * and is there, when it was handed over
	 */
	void post(TargetUrl url, HttpClient.RequestSender sender, Outbound outbound, CompletableFuture<Void> sent) {
		try {
			HttpEventWriter.Written written = this.writer.write(url.toString(), outbound.event(), outbound.mode());
			if (outbound.replyTo() != null) {
				written.headers().set("Prefer", "reply");
			}
			HttpPost post = new HttpPost(url, outbound.timeout(), this.failures, sent, outbound);
			start(post, url, sender, written.headers(), written.body(), outbound.timeout());
		}
		catch (SendException ex) {
			sent.completeExceptionally(ex);
		}
	}

	/**
	 * Posts a body.
	 */
	void post(TargetUrl url, HttpClient.RequestSender sender, HttpHeaders headers, byte[] body, Duration timeout,
			CompletableFuture<Void> sent) {
		start(new HttpPost(url, timeout, this.failures, sent, null), url, sender, headers, body, timeout);
	}

	private void start(HttpPost post, TargetUrl url, HttpClient.RequestSender sender, HttpHeaders headers, byte[] body,
			Duration timeout) {
		headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
		if (url.authorization() != null) {
			headers.set(HttpHeaderNames.AUTHORIZATION, url.authorization());
		}
		Disposable exchange = sender.send((request, out) -> {
			request.headers(headers);
			return out.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)));
		}).response(post::answered).subscribe((nothing) -> {
		}, post::failed, post::completed);
		post.started(exchange,
				this.timer.newTimeout((ignored) -> post.expired(), timeout.toMillis(), TimeUnit.MILLISECONDS));
	}

	@Override
	public void close() {
		this.connections.dispose();
		this.timer.stop();
	}

}
