package io.meshbridge.bridge.test.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Callable;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Ports of the loopback interface.
 */
public final class FreePort {

	static final String HOST = "127.0.0.1";

	private FreePort() {
	}

	/**
	 * A port that nothing listens on at the moment, another one each time; nobody gets it
	 * by chance before it is used.
	 */
	public static int any() {
		return io.meshbridge.sandbox.FreePort.any();
	}

	static boolean taken(int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(HOST, port), 1000);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	static void await(String what, Duration wait, Callable<Boolean> condition) {
		try {
			Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(wait).until(condition);
		}
		catch (ConditionTimeoutException ex) {
			throw new IllegalStateException(what + " within " + wait.toSeconds() + " s", ex);
		}
	}

}
