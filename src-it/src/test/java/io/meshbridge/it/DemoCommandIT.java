package io.meshbridge.it;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code ./meshbridge demo} on the packaged jars, and each way in which it ends.
 */
class DemoCommandIT {

	private static final Duration WAIT = Duration.ofSeconds(60);

	private static final int CTRL_C = 130;

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	private Path folder = Path.of(".");

	@Test
	void showsEventsAtEveryTargetAndEndsWhenItsTimeIsUp() throws Exception {
		try (DemoProcess demo = start(DemoProcess.COMMAND + " --for=10s")) {
			demo.awaitRunning();
			List<ProcessHandle> children = demo.children();
			assertThat(demo.awaitExit()).as(demo::output).isZero();
			assertThat(demo.output()).contains("POST to  http://127.0.0.1:" + demo.port("http") + "/orders\n",
					"Every event arrived everywhere.");
			assertThat(demo.targets())
				.allSatisfy((target) -> assertThat(demo.arrived(target)).as(target + " in\n" + demo.output()).isTrue());
			assertThat(children).isNotEmpty();
			awaitEnd(children);
		}
	}

	@Test
	void saysWhichPortIsTakenAndHowToChangeIt() throws Exception {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			Map<String, Integer> ports = DemoProcess.freePorts();
			ports.put("kafka", taken.getLocalPort());
			try (DemoProcess demo = DemoProcess.start(DemoProcess.COMMAND, ports, this.folder)) {
				assertThat(demo.awaitExit()).isEqualTo(1);
				assertThat(demo.output()).contains(
						"meshbridge demo: port " + taken.getLocalPort()
								+ " is taken, and the sandbox Kafka needs it; change it with --kafka-port=PORT\n",
						"this would work: ./meshbridge demo ");
			}
		}
	}

	@Test
	void drainsAndEndsOnCtrlC() throws Exception {
		try (DemoProcess demo = start(DemoProcess.COMMAND).awaitRunning()) {
			await().atMost(WAIT).until(() -> demo.arrived("kafka:orders"));
			List<ProcessHandle> children = demo.children();
			demo.signal("INT");
			assertThat(demo.awaitExit()).as(demo::output).isEqualTo(CTRL_C);
			assertThat(demo.output()).contains("the gateway drains", "Every event arrived everywhere.");
			awaitEnd(children);
		}
	}

	@Test
	void leavesNoGatewayBehindWhenItIsKilled() throws Exception {
		try (DemoProcess demo = start(DemoProcess.COMMAND).awaitRunning()) {
			List<ProcessHandle> children = demo.children();
			assertThat(children).isNotEmpty();
			demo.signal("KILL");
			demo.awaitExit();
			awaitEnd(children);
		}
	}

	private DemoProcess start(String command) throws Exception {
		return DemoProcess.start(command, DemoProcess.freePorts(), this.folder);
	}

	private static void awaitEnd(List<ProcessHandle> processes) {
		try {
			await().atMost(WAIT).untilAsserted(() -> assertThat(processes).noneMatch(ProcessHandle::isAlive));
		}
		finally {
			processes.forEach(ProcessHandle::destroyForcibly);
		}
	}

}
