package io.meshbridge.sandbox.demo;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.meshbridge.sandbox.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class PortCheckTests {

	private static DemoOptions options(Path folder, List<ServerSocket> sockets) throws Exception {
		List<String> arguments = new ArrayList<>();
		arguments.add("--gateway=" + Files.createFile(folder.resolve("meshbridge.jar")));
		arguments.add("--gateway-java=-Xmx512m");
		arguments.add("--for=20s");
		for (Part part : Part.values()) {
			ServerSocket socket = new ServerSocket(FreePort.any(), 1, InetAddress.getByName("127.0.0.1"));
			sockets.add(socket);
			arguments.add("--" + part.option() + "=" + socket.getLocalPort());
		}
		return DemoOptions.parse(arguments);
	}

	private static void close(ServerSocket socket) throws Exception {
		socket.close();
	}

	@Test
	void reportsEveryTakenPortWithItsPurposeAndOption(@TempDir Path folder) throws Exception {
		List<ServerSocket> sockets = new ArrayList<>();
		DemoOptions options = options(folder, sockets);
		int kafka = options.port(Part.KAFKA);
		int hook = options.port(Part.HOOK);
		try {
			for (Part part : Part.values()) {
				if (part != Part.KAFKA && part != Part.HOOK) {
					close(sockets.get(part.ordinal()));
				}
			}
			DemoException problem = catchThrowableOfType(DemoException.class, () -> PortCheck.requireFree(options));
			assertThat(problem.exitCode()).isEqualTo(1);
			assertThat(problem.problems()).hasSize(3);
			assertThat(problem.problems().get(0)).isEqualTo(
					"port " + kafka + " is taken, and the sandbox Kafka needs it; change it with --kafka-port=PORT");
			assertThat(problem.problems().get(1)).startsWith("port " + hook + " is taken")
				.endsWith("change it with --hook-port=PORT");
			assertThat(problem.problems().get(2)).startsWith("this would work: ./meshbridge demo --for=20s ")
				.contains(" --http-port=" + options.port(Part.HTTP) + " ")
				.containsPattern(" --kafka-port=[0-9]+ --hook-port=[0-9]+$")
				.doesNotContain("--gateway", "=" + kafka, "=" + hook);
		}
		finally {
			for (ServerSocket socket : sockets) {
				close(socket);
			}
		}
	}

	@Test
	void isContentWhenAllAreFree(@TempDir Path folder) throws Exception {
		List<ServerSocket> sockets = new ArrayList<>();
		DemoOptions options = options(folder, sockets);
		for (ServerSocket socket : sockets) {
			close(socket);
		}
		assertThatNoException().isThrownBy(() -> PortCheck.requireFree(options));
	}

	@Test
	void seesAListenerOnAllInterfaces() throws Exception {
		try (ServerSocket socket = new ServerSocket(0)) {
			assertThat(PortCheck.isFree(socket.getLocalPort())).isFalse();
		}
	}

}
