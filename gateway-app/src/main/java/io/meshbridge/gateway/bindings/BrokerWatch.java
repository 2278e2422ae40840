package io.meshbridge.gateway.bindings;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.meshbridge.gateway.GatewayProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.cloud.stream.config.BindersHealthIndicatorAutoConfiguration.BindersHealthContributor;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Says in one log line when a broker goes and when it is back, for the clients' own lines
 * come once for each of their attempts and are switched off.
 */
@Component
class BrokerWatch implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(BrokerWatch.class);

	private static final long FIRST_LOOK_MILLIS = 1000;

	/** Names of Java's exceptions say nothing to an operator. */
	private static final Pattern EXCEPTION_NAMES = Pattern.compile("(\\w+\\.)+\\w+(Exception|Error): ");

	private final BindersHealthContributor binders;

	private final GatewayProperties properties;

	private final Map<String, Status> known = new ConcurrentHashMap<>();

	private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(BrokerWatch::thread);

	private final ExecutorService lookers = Executors.newCachedThreadPool(BrokerWatch::thread);

	private volatile boolean running;

	BrokerWatch(BindersHealthContributor binders, GatewayProperties properties) {
		this.binders = binders;
		this.properties = properties;
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(task, "broker-watch");
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public void start() {
		long millis = Math.max(FIRST_LOOK_MILLIS, this.properties.brokerCheckInterval().toMillis());
		this.executor.scheduleWithFixedDelay(this::look, FIRST_LOOK_MILLIS, millis, TimeUnit.MILLISECONDS);
		this.running = true;
	}

	private void look() {
		// Each on a thread of its own: a broker that is away takes seconds to be found
		// out.
		CompletableFuture
			.allOf(this.binders.stream()
				.map((entry) -> CompletableFuture.runAsync(() -> look(entry), this.lookers))
				.toArray(CompletableFuture[]::new))
			.join();
	}

	private void look(HealthContributors.Entry entry) {
		if (!(entry.contributor() instanceof HealthIndicator indicator)) {
			return;
		}
		Health health;
		try {
			health = indicator.health(true);
		}
		catch (RuntimeException ex) {
			health = Health.down(ex).build();
		}
		if (health == null || health.getStatus().equals(Status.UNKNOWN)) {
			return;
		}
		Status before = this.known.put(entry.name(), health.getStatus());
		if (health.getStatus().equals(Status.UP)) {
			if (before != null && !before.equals(Status.UP)) {
				logger.info("broker of binder '{}' is back", entry.name());
			}
		}
		else if (!health.getStatus().equals(before)) {
			logger.warn("broker of binder '{}' is not there: {}", entry.name(), reason(health.getDetails()));
		}
	}

	private static String reason(Map<String, Object> details) {
		Object named = details.getOrDefault("error", details.get("problems"));
		if (named instanceof Collection<?> several) {
			named = several.stream().map(String::valueOf).distinct().collect(Collectors.joining("; "));
		}
		String text = (named != null) ? named.toString()
				: details.entrySet()
					.stream()
					.map((detail) -> detail.getKey() + " " + detail.getValue())
					.collect(Collectors.joining(", "));
		return EXCEPTION_NAMES.matcher(text).replaceAll("");
	}

	@Override
	public void stop() {
		this.executor.shutdownNow();
		this.lookers.shutdownNow();
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
