package io.meshbridge.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What no route uses costs nothing: no thread, no connection, no client.
 */
class LazyBrokersIT {

	/** Classes that are there only where somebody connects, or stores something. */
	private static final String CLIENTS = ".*\\] (org\\.apache\\.kafka\\.clients\\.\\w+\\.Kafka\\w+"
			+ "|com\\.rabbitmq\\.client\\.impl\\.SocketFrameHandler|org\\.eclipse\\.paho\\..*|org\\.apache\\.qpid\\..*"
			+ "|org\\.apache\\.activemq\\..*|org\\.h2\\..*) source: .*";

	@TempDir
	private Path folder = Path.of("");

	@Test
	void aRouteOverHttpStartsNothingOfOtherBrokers() throws Exception {
		try (GatewayProcess gateway = new GatewayProcess(this.folder, """
				routes:
				  - { id: only, from: 'http:/in', accept: delivered, to: 'http://127.0.0.1:9/' }
				""", List.of())) {
			gateway.jvm("-Xlog:class+load:file=classes.log").start().awaitBound();
			assertThat(gateway.admin("/actuator/health")
				.path("components")
				.path("binders")
				.path("components")
				.propertyNames()).containsExactly("http");
			assertThat(gateway.jcmd("Thread.print")).filteredOn((line) -> line.startsWith("\""))
				.hasSizeGreaterThan(10)
				.noneMatch((line) -> line.matches("(?i)\"[^\"]*(kafka|amqp|rabbit|mqtt|paho|activemq|h2).*"));
			assertThat(Files.readAllLines(this.folder.resolve("classes.log"))).hasSizeGreaterThan(1000)
				.noneMatch((line) -> line.matches(CLIENTS));
		}
	}

}
