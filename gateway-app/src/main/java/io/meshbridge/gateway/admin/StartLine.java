package io.meshbridge.gateway.admin;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.meshbridge.bridge.Listener;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.gateway.bindings.BindingRegistry;
import io.meshbridge.gateway.bindings.BindingStatus;
import io.meshbridge.gateway.desk.DeadLetterDesk;
import io.meshbridge.gateway.routes.Gateway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Tells in one line that the gateway is up, where it listens and what it has to do.
 */
@Component
class StartLine {

	private static final Logger logger = LoggerFactory.getLogger(StartLine.class);

	private final List<Listener> listeners;

	private final Gateway gateway;

	private final BindingRegistry bindings;

	private final GatewayProperties properties;

	private final Environment environment;

	StartLine(List<Listener> listeners, Gateway gateway, BindingRegistry bindings, GatewayProperties properties,
			Environment environment) {
		this.listeners = List.copyOf(listeners);
		this.gateway = gateway;
		this.bindings = bindings;
		this.properties = properties;
		this.environment = environment;
	}

	@EventListener(ApplicationReadyEvent.class)
	void log() {
		String where = Stream.concat(this.listeners.stream().map(Listener::listensOn), Stream.of(admin()))
			.filter(Objects::nonNull)
			.collect(Collectors.joining(", "));
		logger.info("The gateway is up: {}; routes: {}, sources: {}, targets: {}", where, this.gateway.routes().size(),
				count(BindingStatus.Kind.SOURCE), count(BindingStatus.Kind.TARGET));
		if (this.gateway.routes().isEmpty()) {
			logger.warn(
					"No route is active, so nothing is taken in: write routes into {} (meshbridge.routes-file) "
							+ "or under meshbridge.routes",
					Path.of(this.properties.routesFile()).toAbsolutePath().normalize());
		}
	}

	private @Nullable String admin() {
		String port = this.environment.getProperty("local.server.port");
		return (port == null) ? null : "admin API on http://"
				+ this.environment.getProperty("server.address", "0.0.0.0") + ":" + port + "/admin";
	}

	private long count(BindingStatus.Kind kind) {
		return this.bindings.status()
			.stream()
			.filter((binding) -> binding.kind() == kind && !binding.name().endsWith("@" + DeadLetterDesk.GROUP))
			.count();
	}

}
