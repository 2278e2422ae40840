package io.meshbridge.bridge.http.inbound;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;

import io.meshbridge.bridge.Listener;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.util.unit.DataSize;

/**
 * The one HTTP server of the gateway that takes events. Bindings add and remove their
 * paths while it runs.
 * <p>
 * Its port opens late in the start of the application. Until that is over, unknown paths
 * are answered with 503, and so is everything as soon as the application closes.
 * Thread-safe.
 */
public final class HttpEventServer
		implements SmartLifecycle, ApplicationListener<ApplicationContextEvent>, ApplicationContextAware, Listener {

	/**
	 * Later than the bindings of Spring Cloud Stream ({@code Integer.MAX_VALUE - 1000}).
	 */
	static final int PHASE = Integer.MAX_VALUE - 500;

	private static final Logger LOG = LoggerFactory.getLogger(HttpEventServer.class);

	private final HttpServerProperties properties;

	private final long maxEventBytes;

	private final @Nullable SslBundle sslBundle;

	private final InFlight inFlight = new InFlight();

	/** Guarded by this. */
	private final List<HttpInboundEndpoint> endpoints = new ArrayList<>();

	private volatile PathTable paths = PathTable.EMPTY;

	private volatile @Nullable Running running;

	/** Whether an unknown path stays unknown. */
	private volatile boolean ready;

	private volatile boolean draining;

	private @Nullable ApplicationContext context;

	/**
	 * What there is while the server runs.
	 */
	private record Running(DisposableServer server, ChannelGroup connections, HashedWheelTimer timer) {
	}

	/**
	 * Makes a server that does not listen yet.
	 * @param maxEventSize limit for one event, {@code meshbridge.max-event-size}
	 * @param sslBundle to serve TLS with
	 */
	public HttpEventServer(HttpServerProperties properties, DataSize maxEventSize, @Nullable SslBundle sslBundle) {
		this.properties = properties;
		this.maxEventBytes = maxEventSize.toBytes();
		this.sslBundle = sslBundle;
	}

	/**
	 * Where the server listens, with the actual port.
	 * @throws IllegalStateException when it does not
	 */
	public InetSocketAddress address() {
		Running now = this.running;
		if (now == null) {
			throw new IllegalStateException("the event server is not running");
		}
		SocketAddress address = now.server().address();
		return (InetSocketAddress) address;
	}

	@Override
	public @Nullable String listensOn() {
		if (this.running == null) {
			return null;
		}
		return "events on http" + ((this.sslBundle == null) ? "" : "s") + "://" + this.properties.address() + ":"
				+ address().getPort();
	}

	/**
	 * Whether the server answers new requests with 503 because it is about to stop.
	 */
	public boolean draining() {
		return this.draining;
	}

	/**
	 * How long to wait for requests that are not answered yet.
	 */
	Duration drainTimeout() {
		return this.properties.drainTimeout();
	}

	/**
	 * Opens a path.
	 * @throws IllegalArgumentException when it is no valid template
	 * @throws PortUnavailableException when this starts the server and it can't listen
	 */
	synchronized void register(HttpInboundEndpoint endpoint) {
		List<HttpInboundEndpoint> all = new ArrayList<>(this.endpoints);
		all.add(endpoint);
		PathTable extended = PathTable.of(all);
		if (!this.properties.enabled()) {
			start();
		}
		this.endpoints.add(endpoint);
		this.paths = extended;
	}

	/**
	 * Closes a path. Requests under way are still answered.
	 */
	synchronized void unregister(HttpInboundEndpoint endpoint) {
		this.endpoints.remove(endpoint);
		this.paths = PathTable.of(this.endpoints);
	}

	@Override
	public void setApplicationContext(ApplicationContext context) {
		this.context = context;
	}

	/**
	 * Senders must not take a path for unknown because its binding is not made yet, or
	 * was made off before the server stops.
	 */
	@Override
	public void onApplicationEvent(ApplicationContextEvent event) {
		// The binders' contexts pass their events on to ours.
		if (event.getApplicationContext().equals(this.context)) {
			if (event instanceof ContextRefreshedEvent) {
				this.ready = true;
			}
			else if (event instanceof ContextClosedEvent) {
				this.draining = true;
			}
		}
	}

	@Override
	public boolean isAutoStartup() {
		return this.properties.enabled();
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public synchronized void start() {
		if (this.running != null) {
			return;
		}
		ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
		HashedWheelTimer timer = new HashedWheelTimer(new DefaultThreadFactory("http-answers", true), 100,
				TimeUnit.MILLISECONDS);
		RequestHandler handler = new RequestHandler(this.properties, this.maxEventBytes, this.inFlight, timer,
				() -> this.paths, () -> this.ready, this::draining);
		int headerBytes = (int) this.properties.maxHeaderSize().toBytes();
		HttpServer server = HttpServer.create()
			.host(this.properties.address())
			.port(this.properties.port())
			.channelGroup(connections)
			.idleTimeout(this.properties.idleTimeout())
			.requestTimeout(this.properties.requestTimeout())
			.httpRequestDecoder((spec) -> spec.maxHeaderSize(headerBytes).maxInitialLineLength(headerBytes))
			.handle(handler::handle);
		if (this.sslBundle != null) {
			SslContext ssl = sslContext(this.sslBundle);
			server = server.secure((spec) -> spec.sslContext(ssl));
		}
		try {
			this.running = new Running(server.bindNow(), connections, timer);
		}
		catch (ChannelBindException ex) {
			timer.stop();
			throw new PortUnavailableException(this.properties.address(), this.properties.port(),
					(ex.getCause() != null) ? ex.getCause() : ex);
		}
		this.draining = false;
		LOG.info("Events are taken at {}://{}:{}", (this.sslBundle != null) ? "https" : "http",
				this.properties.address(), address().getPort());
	}

	private static SslContext sslContext(SslBundle bundle) {
		SslOptions options = bundle.getOptions();
		try {
			return SslContextBuilder.forServer(bundle.getManagers().getKeyManagerFactory())
				.trustManager(bundle.getManagers().getTrustManagerFactory())
				.protocols(options.getEnabledProtocols())
				.ciphers(SslOptions.asSet(options.getCiphers()))
				.build();
		}
		catch (SSLException ex) {
			throw new IllegalStateException("http: the SSL bundle of meshbridge.http.ssl-bundle is of no use", ex);
		}
	}

	@Override
	public void stop() {
		stopDraining().join();
	}

	@Override
	public void stop(Runnable callback) {
		stopDraining().whenComplete((done, failure) -> callback.run());
	}

	private CompletableFuture<Void> stopDraining() {
		Running stopping = this.running;
		if (stopping == null) {
			return CompletableFuture.completedFuture(null);
		}
		this.draining = true;
		// Async: the last answer completes this on an event loop, which must not wait.
		return this.inFlight.none()
			.orTimeout(Math.max(1, drainTimeout().toMillis()), TimeUnit.MILLISECONDS)
			.handleAsync((drained, timeout) -> {
				if (timeout != null) {
					LOG.warn("{} requests were not answered within {} ms (meshbridge.http.drain-timeout)",
							this.inFlight.count(), drainTimeout().toMillis());
				}
				close(stopping);
				return null;
			}, HttpEventServer::onThreadOfItsOwn);
	}

	/**
	 * Closing waits, which threads of the pool that all share must not.
	 */
	private static void onThreadOfItsOwn(Runnable task) {
		new Thread(task, "http-stop").start();
	}

	private synchronized void close(Running stopping) {
		if (stopping.equals(this.running)) {
			this.running = null;
			stopping.server().dispose();
			// Whoever listens next may want the same port.
			stopping.server().channel().closeFuture().awaitUninterruptibly(10, TimeUnit.SECONDS);
			stopping.connections().close().awaitUninterruptibly(1, TimeUnit.SECONDS);
			stopping.timer().stop();
			LOG.info("Events are no longer taken over HTTP");
		}
	}

	@Override
	public boolean isRunning() {
		return this.running != null;
	}

}
