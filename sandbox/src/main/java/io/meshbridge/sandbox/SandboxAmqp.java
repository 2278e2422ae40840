package io.meshbridge.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.Connection;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.State;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.VirtualHost;
import org.apache.qpid.server.model.VirtualHostAlias;
import org.apache.qpid.server.model.VirtualHostNode;
import org.jspecify.annotations.Nullable;

/**
 * A Qpid broker that speaks AMQP 0-9-1 as RabbitMQ clients do, on the loopback interface,
 * user and password {@code guest}. Queues and messages are in memory: they last over
 * {@link #stop()} and {@link #start()}, not over {@link #close()}. Unlike RabbitMQ it
 * refuses queue arguments that start with {@code x-dead-letter-}. Not thread-safe.
 */
public final class SandboxAmqp implements AutoCloseable {

	private static final String CONFIGURATION = """
			{"name": "sandbox", "modelVersion": "9.0",
			 "authenticationproviders": [{"name": "plain", "type": "Plain", "secureOnlyMechanisms": [],
			   "users": [{"name": "guest", "type": "managed", "password": "guest"}]}],
			 "virtualhostnodes": [{"name": "default", "type": "Memory", "defaultVirtualHostNode": "true",
			   "virtualHostInitialConfiguration": "{\\"type\\": \\"Memory\\", \\"name\\": \\"default\\"}"}]}
			""";

	private final int port;

	private final SystemLauncher launcher;

	private final Broker<?> broker;

	private @Nullable Port<?> listener;

	private SandboxAmqp(int port, SystemLauncher launcher, Broker<?> broker) {
		this.port = port;
		this.launcher = launcher;
		this.broker = broker;
	}

	/**
	 * Starts a broker; returns when it takes connections.
	 * @param port to listen on, 0 for a free one
	 * @param folder for its working files
	 */
	public static SandboxAmqp start(int port, Path folder) {
		Started started = new Started();
		SystemLauncher launcher = new SystemLauncher(started);
		Map<String, Object> attributes = new HashMap<>();
		attributes.put("type", "Memory");
		attributes.put("initialConfigurationLocation", write(folder).toUri().toString());
		attributes.put("startupLoggedToSystemOut", "false");
		attributes.put("context", Map.of("qpid.work_dir", folder.toString()));
		try {
			launcher.startup(attributes);
		}
		catch (Exception ex) {
			throw new IllegalStateException("the AMQP broker in '" + folder + "' does not start", ex);
		}
		SandboxAmqp amqp = new SandboxAmqp((port == 0) ? FreePort.any() : port, launcher, started.broker());
		amqp.start();
		return amqp;
	}

	private static Path write(Path folder) {
		try {
			Files.createDirectories(folder);
			return Files.writeString(folder.resolve("broker.json"), CONFIGURATION);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("can't write to '" + folder + "'", ex);
		}
	}

	/**
	 * Listens again after {@link #stop()}, on the same port.
	 */
	public void start() {
		if (this.listener != null) {
			return;
		}
		Map<String, Object> attributes = new HashMap<>();
		attributes.put("name", "amqp");
		attributes.put("type", "AMQP");
		attributes.put("port", String.valueOf(this.port));
		attributes.put("bindingAddress", "127.0.0.1");
		attributes.put("protocols", List.of("AMQP_0_9_1"));
		attributes.put("authenticationProvider", "plain");
		Port<?> made = this.broker.createChild(Port.class, attributes);
		if (made.getState() != State.ACTIVE) {
			made.delete();
			throw new IllegalStateException("AMQP: port " + this.port + " on 127.0.0.1 can't be listened on");
		}
		made.createChild(VirtualHostAlias.class, Map.of("name", "default", "type", "defaultAlias"));
		made.createChild(VirtualHostAlias.class, Map.of("name", "names", "type", "nameAlias"));
		this.listener = made;
	}

	/**
	 * Closes every connection and listens no more.
	 */
	public void stop() {
		Port<?> open = this.listener;
		if (open == null) {
			return;
		}
		this.listener = null;
		for (VirtualHostNode<?> node : this.broker.getVirtualHostNodes()) {
			VirtualHost<?> host = node.getVirtualHost();
			if (host != null) {
				new ArrayList<>(host.getConnections()).forEach(Connection::delete);
			}
		}
		open.delete();
	}

	/**
	 * Port clients connect to.
	 */
	public int port() {
		return this.port;
	}

	@Override
	public void close() {
		this.launcher.shutdown();
	}

	/**
	 * Gets hold of the broker while it starts.
	 */
	private static final class Started extends SystemLauncherListener.DefaultSystemLauncherListener {

		private @Nullable SystemConfig<?> system;

		@Override
		public void onContainerResolve(SystemConfig<?> system) {
			this.system = system;
		}

		Broker<?> broker() {
			SystemConfig<?> found = Objects.requireNonNull(this.system, "the AMQP broker did not start");
			return (Broker<?>) found.getContainer();
		}

	}

}
