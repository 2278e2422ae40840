package io.meshbridge.bridge.test.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.meshbridge.sandbox.SandboxAmqp;
import org.jspecify.annotations.Nullable;

/**
 * RabbitMQ for tests, user and password {@code guest}. It speaks AMQP 1.0 too, on the
 * same port; the stand-in does not.
 */
public final class RabbitTestBroker {

	/** An exchange that is there and that {@code guest} may not write to. */
	public static final String FORBIDDEN_EXCHANGE = "forbidden";

	/** A message with more data closes its channel. */
	public static final int MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

	private static final String IMAGE = "rabbitmq:4.1-management";

	private static final BrokerFinder FINDER = new BrokerFinder("RabbitMQ",
			List.of(RabbitTestBroker::container, RabbitTestBroker::binary, RabbitTestBroker::inThisJvm));

	private static final String DEFINITIONS = """
			{
			  "users": [{"name": "guest", "password": "guest", "tags": "administrator", "limits": {}}],
			  "vhosts": [{"name": "/"}],
			  "permissions": [{"user": "guest", "vhost": "/", "configure": ".*", "write": "^(?!forbidden$).*", "read": ".*"}],
			  "exchanges": [{"name": "forbidden", "vhost": "/", "type": "topic", "durable": true,
			    "auto_delete": false, "internal": false, "arguments": {}}]
			}
			""";

	private RabbitTestBroker() {
	}

	/**
	 * The broker of this JVM, started when first asked for.
	 */
	public static TestBroker get() {
		return FINDER.broker();
	}

	private static @Nullable TestBroker container() {
		if (!BrokerContainer.engineAnswers()) {
			return null;
		}
		String settings = "loopback_users = none\nmax_message_size = " + MAX_MESSAGE_BYTES
				+ "\nload_definitions = /etc/rabbitmq/definitions.json\n";
		return new BrokerContainer(IMAGE, FreePort.any(), 5672, Map.of(),
				Map.of("/etc/rabbitmq/conf.d/30-test.conf", settings, "/etc/rabbitmq/definitions.json", DEFINITIONS),
				List.of());
	}

	private static @Nullable TestBroker binary() {
		// Debian's command in the path changes to a user of its own; the script behind it
		// runs as anybody.
		Path server = BrokerProcess.executable("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server");
		if (server == null) {
			return null;
		}
		Path folder = BrokerProcess.newFolder("rabbitmq");
		int port = FreePort.any();
		BrokerProcess.write(folder.resolve("rabbitmq.conf"), """
				listeners.tcp.default = 127.0.0.1:%d
				max_message_size = %d
				load_definitions = %s/definitions.json
				log.console = true
				log.console.level = warning
				log.file = false
				disk_free_limit.absolute = 50MB
				vm_memory_high_watermark.absolute = 1GB
				""".formatted(port, MAX_MESSAGE_BYTES, folder));
		BrokerProcess.write(folder.resolve("definitions.json"), DEFINITIONS);
		BrokerProcess.write(folder.resolve("enabled_plugins"), "[rabbitmq_amqp1_0].");
		int names = FreePort.any();
		Map<String, String> environment = Map.ofEntries(Map.entry("HOME", folder.toString()),
				Map.entry("RABBITMQ_NODENAME", "test" + port + "@localhost"),
				Map.entry("RABBITMQ_MNESIA_BASE", folder + "/mnesia"), Map.entry("RABBITMQ_LOG_BASE", folder + "/log"),
				Map.entry("RABBITMQ_CONFIG_FILE", folder + "/rabbitmq.conf"),
				Map.entry("RABBITMQ_ADVANCED_CONFIG_FILE", folder + "/none.config"),
				Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", folder + "/enabled_plugins"),
				Map.entry("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
				Map.entry("RABBITMQ_DIST_PORT", String.valueOf(FreePort.any())),
				Map.entry("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
						"-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none"),
				Map.entry("ERL_EPMD_PORT", String.valueOf(names)), Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
				// Makes the script replace itself by the server, so that signals reach
				// it.
				Map.entry("RUNNING_UNDER_SYSTEMD", "true"));
		BrokerProcess process = new BrokerProcess("RabbitMQ", port, folder, List.of(server.toString()), environment);
		return new WithNameServer(process, names);
	}

	private static @Nullable TestBroker inThisJvm() {
		if (BrokerFinder.continuousIntegration()) {
			return null;
		}
		Path folder = BrokerProcess.newFolder("amqp");
		return new InThisJvm(folder, SandboxAmqp.start(0, folder));
	}

	/**
	 * A stand-in that speaks the protocol, but knows neither {@link #FORBIDDEN_EXCHANGE}
	 * nor {@link #MAX_MESSAGE_BYTES}.
	 */
	private record InThisJvm(Path folder, SandboxAmqp amqp) implements TestBroker {

		@Override
		public String description() {
			return "stand-in in this JVM (Qpid Broker-J), port " + port();
		}

		@Override
		public int port() {
			return this.amqp.port();
		}

		@Override
		public boolean standIn() {
			return true;
		}

		@Override
		public void start() {
			this.amqp.start();
		}

		@Override
		public void stop() {
			this.amqp.stop();
		}

		@Override
		public void suspend() {
			this.amqp.stop();
		}

		@Override
		public void resume() {
			this.amqp.start();
		}

		@Override
		public void dispose() {
			this.amqp.close();
			BrokerProcess.delete(this.folder);
		}

	}

	/**
	 * The server and the Erlang name server that it starts, which outlives it.
	 */
	private record WithNameServer(BrokerProcess process, int names) implements TestBroker {

		private static void stopNameServer(int port) {
			List<String> places = new ArrayList<>(List.of("epmd"));
			try (Stream<Path> runtimes = Files.list(Path.of("/usr/lib/erlang"))) {
				runtimes.filter((folder) -> folder.getFileName().toString().startsWith("erts-"))
					.sorted(Comparator.reverseOrder())
					.forEach((folder) -> places.add(folder + "/bin/epmd"));
			}
			catch (IOException ex) {
				places.add("/usr/local/lib/erlang/bin/epmd");
			}
			Path command = BrokerProcess.executable(places.toArray(String[]::new));
			if (command != null) {
				BrokerProcess.run(List.of(command.toString(), "-port", String.valueOf(port), "-kill"), Map.of());
			}
		}

		@Override
		public String description() {
			return this.process.description();
		}

		@Override
		public int port() {
			return this.process.port();
		}

		@Override
		public void start() {
			this.process.start();
		}

		@Override
		public void stop() {
			this.process.stop();
		}

		@Override
		public void kill() {
			this.process.kill();
		}

		@Override
		public void suspend() {
			this.process.suspend();
		}

		@Override
		public void resume() {
			this.process.resume();
		}

		@Override
		public void dispose() {
			this.process.stop();
			stopNameServer(this.names);
			this.process.dispose();
		}

	}

}
