package io.meshbridge.bridge.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.test.BridgeHarness;
import io.meshbridge.bridge.test.Destination;
import io.meshbridge.bridge.test.Inboxes;
import io.meshbridge.bridge.test.OrderUnit;
import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.bridge.test.broker.FreePort;
import org.jspecify.annotations.Nullable;

/**
 * HTTP has no broker: sources are read by senders of the harness that repeat what was not
 * accepted, targets send to a server of the harness that keeps what it gets.
 */
final class HttpHarness implements BridgeHarness {

	private static final int MAX_BODY_BYTES = 4 * 1024 * 1024;

	private static final Duration PAUSE = Duration.ofMillis(100);

	/** Of the two instances a gateway may have; senders take them in turn. */
	private final int[] gatewayPorts = { FreePort.any(), FreePort.any() };

	private final int serverPort = FreePort.any();

	private final Inboxes kept = new Inboxes();

	private final AtomicInteger turn = new AtomicInteger();

	private final ExecutorService senders = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "sender");
		thread.setDaemon(true);
		return thread;
	});

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final CountDownLatch closing = new CountDownLatch(1);

	private volatile CountDownLatch suspended = new CountDownLatch(0);

	private @Nullable Peer server;

	HttpHarness() {
		startBroker();
	}

	@Override
	public String name() {
		return "http";
	}

	@Override
	public String binder() {
		return "http";
	}

	@Override
	public Map<String, Object> properties() {
		return Map.of("meshbridge.http.port", this.gatewayPorts[0], "meshbridge.max-event-size", "16MB",
				"meshbridge.http.drain-timeout", "3s", "meshbridge.http.client.connect-timeout", "10s");
	}

	@Override
	public Destination newDestination() {
		String path = "/d-" + UUID.randomUUID();
		return new Destination(path, "http://127.0.0.1:" + this.serverPort + path);
	}

	@Override
	public Destination forbiddenDestination() {
		return new Destination("/forbidden", "http://127.0.0.1:" + this.serverPort + "/forbidden");
	}

	@Override
	public Map<String, Object> propertiesOfSecondInstance() {
		return Map.of("meshbridge.http.port", this.gatewayPorts[1]);
	}

	/**
	 * Each message has a sender of its own, which waits for the answer: there is no order
	 * between requests.
	 */
	@Override
	public void publish(Destination destination, RawMessage message) {
		// What tells a gateway that it is the same message again.
		String key = UUID.randomUUID().toString();
		int first = this.turn.getAndIncrement();
		this.senders.execute(() -> sendUntilAccepted(destination.source(), message, key, first));
	}

	private void sendUntilAccepted(String path, RawMessage message, String key, int first) {
		try {
			int attempt = first;
			do {
				int port = this.gatewayPorts[Math.floorMod(attempt++, this.gatewayPorts.length)];
				try {
					int status = this.client
						.send(request(port, path, message, key), HttpResponse.BodyHandlers.discarding())
						.statusCode();
					// Broken once is broken always.
					if (status == 202 || status == 400) {
						return;
					}
				}
				catch (IOException ex) {
					// The gateway is not there, or was stopped: again.
				}
			}
			while (!this.closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static HttpRequest request(int port, String path, RawMessage message, String key) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.timeout(Duration.ofSeconds(90))
			.header("Idempotency-Key", key)
			.POST((message.body() == null) ? HttpRequest.BodyPublishers.noBody()
					: HttpRequest.BodyPublishers.ofByteArray(message.body()));
		message.headers().forEach((name, value) -> request.header(name, value.toString()));
		if (message.contentType() != null) {
			request.header("Content-Type", message.contentType());
		}
		return request.build();
	}

	@Override
	public @Nullable RawMessage take(Destination destination, Duration wait) {
		return this.kept.take(destination.source(), wait);
	}

	private void keep(Peer.Request request, Socket socket) throws IOException {
		await(this.suspended);
		String path = request.line().split(" ")[1];
		if (path.equals("/forbidden")) {
			Peer.write(socket, 403, "not for you");
		}
		else if (request.body().length > MAX_BODY_BYTES) {
			Peer.write(socket, 413, "limit is " + MAX_BODY_BYTES + " bytes");
		}
		else {
			Map<String, Object> headers = new HashMap<>();
			request.headers().forEach((name, value) -> {
				if (name.startsWith("ce-")) {
					headers.put(name, value);
				}
			});
			this.kept.add(path, new RawMessage(headers, request.headers().get("content-type"), null, request.body()));
			Peer.write(socket, 202, "");
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public String headerName(String attribute) {
		return "ce-" + attribute;
	}

	@Override
	public void stopBroker() {
		if (this.server != null) {
			try {
				this.server.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			this.server = null;
		}
	}

	@Override
	public void startBroker() {
		this.server = new Peer(this.serverPort, this::keep);
	}

	@Override
	public void suspendBroker() {
		this.suspended = new CountDownLatch(1);
	}

	@Override
	public void resumeBroker() {
		this.suspended.countDown();
	}

	@Override
	public int maxPayloadBytes() {
		return MAX_BODY_BYTES;
	}

	@Override
	public OrderUnit orderUnit() {
		return OrderUnit.none("requests have no order among each other; events of one batch: HttpIngressTests");
	}

	/**
	 * Binary mode can't tell these apart from others, so they are sent in structured
	 * mode.
	 */
	@Override
	public boolean inMode(RawMessage message, ContentMode mode) {
		boolean structured = !BridgeHarness.super.inMode(message, ContentMode.BINARY);
		if (mode == ContentMode.STRUCTURED || !structured || message.body() == null) {
			return structured == (mode == ContentMode.STRUCTURED);
		}
		try {
			CloudEvent event = JsonEventFormat.read(message.body());
			boolean empty = event.getData() == null || event.getData().toBytes().length == 0;
			return empty && (event.getData() == null) != (event.getDataContentType() == null);
		}
		catch (UnreadableMessageException ex) {
			return false;
		}
	}

	@Override
	public void close() {
		this.closing.countDown();
		this.senders.shutdownNow();
		stopBroker();
	}

}
