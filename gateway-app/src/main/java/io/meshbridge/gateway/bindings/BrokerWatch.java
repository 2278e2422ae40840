package io.meshbridge.gateway.bindings;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

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

	private final BindersHealthContributor binders;

	private final GatewayProperties properties;

	private final Map<String, Status> known = new ConcurrentHashMap<>();

	private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "broker-watch");
		thread.setDaemon(true);
		return thread;
	});

	private volatile boolean running;

	BrokerWatch(BindersHealthContributor binders, GatewayProperties properties) {
		this.binders = binders;
		this.properties = properties;
	}

	@Override
	public void start() {
		long millis = Math.max(1000, this.properties.brokerCheckInterval().toMillis());
		this.executor.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
		this.running = true;
	}

	private void look() {
		this.binders.stream().forEach(this::look);
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
			logger.warn("broker of binder '{}' is not there: {}", entry.name(),
					health.getDetails().getOrDefault("error", health.getDetails()));
		}
	}

	@Override
	public void stop() {
		this.executor.shutdownNow();
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
