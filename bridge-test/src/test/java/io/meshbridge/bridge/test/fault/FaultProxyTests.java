package io.meshbridge.bridge.test.fault;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FaultProxyTests {

	private static final int LONG = 10_000;

	private static final int SHORT = 200;

	private ServerSocket server;

	private FaultProxy proxy;

	@BeforeEach
	void listen() throws IOException {
		this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
		this.server.setSoTimeout(LONG);
		this.proxy = new FaultProxy("proxy", this.server.getLocalPort());
	}

	@AfterEach
	void close() throws IOException {
		this.proxy.close();
		this.server.close();
	}

	@Test
	void handsOnWhatComesInBothDirectionsAndTheEnd() throws Exception {
		try (Socket client = connect(); Socket accepted = this.server.accept()) {
			write(client, "question");
			assertThat(read(accepted, 8)).isEqualTo("question");
			client.shutdownOutput();
			assertThat(accepted.getInputStream().read()).isEqualTo(-1);
			write(accepted, "answer");
			accepted.shutdownOutput();
			assertThat(read(client, 100)).isEqualTo("answer");
		}
	}

	@Test
	void aCutResetsBothEndsAndRefusesNewConnectionsUntilItIsRestored() throws Exception {
		try (Socket client = connect(); Socket accepted = this.server.accept()) {
			write(client, "x");
			assertThat(read(accepted, 1)).isEqualTo("x");
			this.proxy.cut();
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> client.getInputStream().read())
				.withMessageContaining("reset");
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> accepted.getInputStream().read())
				.withMessageContaining("reset");
			assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
			int port = this.proxy.port();
			this.proxy.restore();
			assertThat(this.proxy.port()).isEqualTo(port);
		}
		try (Socket client = connect(); Socket accepted = this.server.accept()) {
			write(client, "again");
			assertThat(read(accepted, 5)).isEqualTo("again");
		}
	}

	@Test
	void aResetTakesNewConnectionsAtOnce() throws Exception {
		try (Socket client = connect(); Socket accepted = this.server.accept()) {
			this.proxy.reset();
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> client.getInputStream().read());
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> accepted.getInputStream().read());
		}
		try (Socket client = connect(); Socket accepted = this.server.accept()) {
			write(client, "again");
			assertThat(read(accepted, 5)).isEqualTo("again");
		}
	}

	@Test
	void aStallLosesNothing() throws Exception {
		this.proxy.stall();
		try (Socket client = connect(); Socket accepted = this.server.accept()) {
			write(client, "late");
			accepted.setSoTimeout(SHORT);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> accepted.getInputStream().read());
			this.proxy.restore();
			accepted.setSoTimeout(LONG);
			assertThat(read(accepted, 4)).isEqualTo("late");
		}
	}

	@Test
	void aDelayHoldsBackInBothDirections() throws Exception {
		try (Socket client = connect(); Socket accepted = this.server.accept()) {
			this.proxy.delay(Duration.ofMillis(SHORT));
			long begin = System.nanoTime();
			write(client, "x");
			assertThat(read(accepted, 1)).isEqualTo("x");
			write(accepted, "y");
			assertThat(read(client, 1)).isEqualTo("y");
			assertThat(Duration.ofNanos(System.nanoTime() - begin))
				.isGreaterThanOrEqualTo(Duration.ofMillis(2 * SHORT));
		}
	}

	@Test
	void aTargetThatIsNotThereResetsTheClient() throws Exception {
		this.server.close();
		assertThatExceptionOfType(SocketException.class).isThrownBy(() -> {
			// The reset may come before connect() returns.
			try (Socket client = connect()) {
				client.getInputStream().read();
			}
		}).withMessageContaining("reset");
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket();
		socket.setSoTimeout(LONG);
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.proxy.port()), LONG);
		return socket;
	}

	private static void write(Socket socket, String text) throws IOException {
		socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
	}

	private static String read(Socket socket, int length) throws IOException {
		return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
	}

}
