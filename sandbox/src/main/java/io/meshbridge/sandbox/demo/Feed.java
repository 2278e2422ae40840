package io.meshbridge.sandbox.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/**
 * A plant whose machines publish their temperature over MQTT as plain JSON, and a shop
 * that posts orders over HTTP as CloudEvents. Slow enough for a person to follow.
 */
final class Feed implements AutoCloseable {

	private static final String ACCEPTED = "HTTP 202";

	private static final List<String> MACHINES = List.of("press-1", "press-2", "mill-3", "oven-4");

	private static final List<String> ITEMS = List.of("valve", "gasket", "pump");

	private static final Duration READING_INTERVAL = Duration.ofSeconds(1);

	private static final Duration ORDER_INTERVAL = Duration.ofSeconds(4);

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	/** The oven. */
	private static final int HOT_MACHINE = 3;

	private static final int BIG_ORDER = 12;

	private final MqttAsyncClient mqtt;

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(TIMEOUT)
		.build();

	private final URI ordersUrl;

	private final int hookPort;

	private final boolean sampleRoutes;

	private final Ledger ledger;

	private final Screen screen;

	private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(2, (task) -> {
		Thread thread = new Thread(task, "demo-feed");
		thread.setDaemon(true);
		return thread;
	});

	/** Used by one task only. */
	private int readings;

	/** Used by one task only. */
	private int orders;

	Feed(DemoOptions options, RouteEndpoints routes, Ledger ledger, Screen screen) throws DemoException {
		this.ordersUrl = ordersUrl(options);
		this.hookPort = options.port(Part.HOOK);
		this.sampleRoutes = options.routes() == null;
		this.ledger = ledger;
		this.screen = screen;
		this.mqtt = Mqtt.connect(mqttUrl(options), "demo-plant", null);
		this.threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.threads.scheduleWithFixedDelay(this::publishReading, 0, READING_INTERVAL.toMillis(),
				TimeUnit.MILLISECONDS);
		if (routes.readsPath(this.ordersUrl.getPath())) {
			this.threads.scheduleWithFixedDelay(this::postOrder, READING_INTERVAL.toMillis() / 2,
					ORDER_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	static URI ordersUrl(DemoOptions options) {
		return URI.create("http://127.0.0.1:" + options.port(Part.HTTP) + "/orders");
	}

	static String mqttUrl(DemoOptions options) {
		return "tcp://127.0.0.1:" + options.port(Part.MQTT);
	}

	private void publishReading() {
		int number = ++this.readings;
		int machine = number % MACHINES.size();
		boolean hot = machine == HOT_MACHINE;
		double celsius = (hot ? 91.5 : 54.5) + (number * 7 % 30) / 4.0;
		String data = String.format(Locale.ROOT, "{\"celsius\":%.1f,\"no\":%d}", celsius, number);
		String source = "mqtt:plant/+/temperature";
		sending(source, data, hot ? Set.of("kafka:readings", "mqtt:alarms/plant", "rabbit:alarms", "/alarms")
				: Set.of("kafka:readings"));
		MqttMessage message = new MqttMessage(data.getBytes(StandardCharsets.UTF_8));
		message.setQos(1);
		if (hot) {
			MqttProperties properties = new MqttProperties();
			properties.setUserProperties(List.of(new UserProperty("severity", "high")));
			message.setProperties(properties);
		}
		try {
			this.mqtt.publish("plant/" + MACHINES.get(machine) + "/temperature", message)
				.waitForCompletion(TIMEOUT.toMillis());
		}
		catch (MqttException ex) {
			notTaken(source, data, ex.toString());
		}
	}

	private void postOrder() {
		int number = 1001 + this.orders;
		String item = ITEMS.get(this.orders % ITEMS.size());
		int quantity = (this.orders % 2 == 0) ? BIG_ORDER : 2;
		this.orders++;
		String data = String.format(Locale.ROOT, "{\"order\":%d,\"item\":\"%s\",\"quantity\":%d}", number, item,
				quantity);
		HttpRequest request = HttpRequest.newBuilder(this.ordersUrl)
			.timeout(TIMEOUT)
			.header("Content-Type", "application/json")
			.header("ce-specversion", "1.0")
			.header("ce-type", "order.placed")
			.header("ce-source", "/shop/web")
			.header("ce-id", "order-" + number)
			.header("ce-subject", item)
			.header("ce-quantity", String.valueOf(quantity))
			.POST(HttpRequest.BodyPublishers.ofString(data))
			.build();
		String source = "http:/orders";
		sending(source, data, (quantity == BIG_ORDER) ? Set.of("kafka:orders", "rabbit:orders", "/big-orders")
				: Set.of("kafka:orders", "rabbit:orders"));
		String answer = post(request);
		if (!answer.equals(ACCEPTED)) {
			notTaken(source, data, answer);
		}
	}

	private String post(HttpRequest request) {
		try {
			return "HTTP " + this.http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
		}
		catch (IOException ex) {
			return ex.toString();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return "interrupted";
		}
	}

	/** Only of the sample routes is it known where they lead. */
	private void sending(String source, String data, Set<String> arrivesAt) {
		Set<String> targets = new HashSet<>();
		for (String target : arrivesAt) {
			targets.add(target.startsWith("/") ? HookWatch.target(this.hookPort, target) : target);
		}
		this.ledger.sending(source, data, this.sampleRoutes ? targets : Set.of());
	}

	private void notTaken(String source, String data, String reason) {
		this.ledger.notTaken(source, data);
		this.screen.print("the gateway did not take " + data + " over " + source + ": " + reason);
	}

	/**
	 * Sends no more; what is being sent is sent to its end.
	 */
	void stop() throws InterruptedException {
		this.threads.shutdown();
		if (!this.threads.awaitTermination(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
			this.threads.shutdownNow();
		}
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
		Mqtt.disconnect(this.mqtt);
	}

}
