package io.meshbridge.bridge.http;

import java.net.InetSocketAddress;

import io.meshbridge.bridge.http.inbound.HttpEventServer;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Says whether events can come in over HTTP, and where. Targets are no part of it: each
 * has a circuit of its own.
 */
final class HttpBinderHealthIndicator implements HealthIndicator {

	private final HttpMessageChannelBinder binder;

	HttpBinderHealthIndicator(HttpMessageChannelBinder binder) {
		this.binder = binder;
	}

	@Override
	public Health health() {
		HttpEventServer server = this.binder.server();
		if (!server.isRunning()) {
			// With meshbridge.http.enabled=false and targets only, that is as it should
			// be.
			return server.isAutoStartup() ? Health.outOfService().withDetail("server", "not running").build()
					: Health.up().withDetail("server", "not needed").build();
		}
		if (server.draining()) {
			return Health.outOfService().withDetail("server", "stopping").build();
		}
		InetSocketAddress address = server.address();
		return Health.up().withDetail("address", address.getHostString()).withDetail("port", address.getPort()).build();
	}

}
