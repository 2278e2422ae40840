package io.meshbridge.bridge.test.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.meshbridge.sandbox.SandboxKafka;
import org.jspecify.annotations.Nullable;

/**
 * Kafka for tests. Topics are not made by being used. Access rules work: make one with
 * the admin client to forbid a topic; what no rule is about is allowed to all.
 */
public final class KafkaTestBroker {

	private static final String IMAGE = "apache/kafka:4.1.1";

	private static final BrokerFinder FINDER = new BrokerFinder("Kafka",
			List.of(KafkaTestBroker::container, KafkaTestBroker::inThisJvm));

	private static final Map<String, String> SETTINGS = Map.of("auto.create.topics.enable", "false",
			"authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
			"allow.everyone.if.no.acl.found", "true");

	private KafkaTestBroker() {
	}

	/**
	 * The broker of this JVM, started when first asked for.
	 */
	public static TestBroker get() {
		return FINDER.broker();
	}

	/**
	 * What clients take as {@code bootstrap.servers}.
	 */
	public static String bootstrapServers() {
		return "127.0.0.1:" + get().port();
	}

	/**
	 * A broker of the caller's own, not started yet, in a process of its own: one that
	 * can be killed and suspended. The gateway shall reach it over a proxy.
	 * @param proxied port that the proxy connects to
	 * @param proxy port of the proxy, which clients that come over it are told
	 */
	public static TestBroker behindProxy(int proxied, int proxy) {
		int port = FreePort.any();
		int controller = FreePort.any();
		Map<String, String> settings = new HashMap<>(SETTINGS);
		settings.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
		settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",PROXIED://127.0.0.1:" + proxied
				+ ",CONTROLLER://127.0.0.1:" + controller);
		settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port + ",PROXIED://127.0.0.1:" + proxy);
		settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT");
		settings.put("inter.broker.listener.name", "PLAINTEXT");
		Path folder = BrokerProcess.newFolder("kafka");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-cp",
						System.getProperty("java.class.path"), KafkaNode.class.getName(), String.valueOf(port),
						folder.resolve("data").toString()));
		settings.forEach((name, value) -> command.add(name + "=" + value));
		return new BrokerProcess("Kafka", port, folder, command, Map.of());
	}

	private static @Nullable TestBroker container() {
		if (!BrokerContainer.engineAnswers()) {
			return null;
		}
		int port = FreePort.any();
		Map<String, String> settings = new HashMap<>(SETTINGS);
		settings.put("process.roles", "broker,controller");
		settings.put("node.id", "1");
		settings.put("controller.quorum.voters", "1@localhost:9093");
		settings.put("controller.listener.names", "CONTROLLER");
		settings.put("listeners", "PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:9093");
		settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
		settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
		settings.put("offsets.topic.replication.factor", "1");
		settings.put("offsets.topic.num.partitions", "1");
		settings.put("transaction.state.log.replication.factor", "1");
		settings.put("transaction.state.log.min.isr", "1");
		settings.put("group.initial.rebalance.delay.ms", "0");
		settings.put("group.min.session.timeout.ms", "1000");
		Map<String, String> environment = new HashMap<>();
		settings.forEach(
				(name, value) -> environment.put("KAFKA_" + name.replace('.', '_').toUpperCase(Locale.ROOT), value));
		return new BrokerContainer(IMAGE, port, 9092, environment, Map.of(), List.of());
	}

	private static TestBroker inThisJvm() {
		Path data = BrokerProcess.newFolder("kafka");
		return new InThisJvm(data, SandboxKafka.start(0, data, SETTINGS));
	}

	private record InThisJvm(Path data, SandboxKafka kafka) implements TestBroker {

		@Override
		public String description() {
			return "one node in this JVM, port " + port();
		}

		@Override
		public int port() {
			return this.kafka.port();
		}

		@Override
		public void start() {
			this.kafka.start();
		}

		@Override
		public void stop() {
			this.kafka.stop();
		}

		@Override
		public void suspend() {
			this.kafka.stop();
		}

		@Override
		public void resume() {
			this.kafka.start();
		}

		@Override
		public void dispose() {
			this.kafka.close();
			BrokerProcess.delete(this.data);
		}

	}

}
