package io.meshbridge.bridge.test.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Ports of the loopback interface.
 */
public final class FreePort {

	static final String HOST = "127.0.0.1";

	private static final int LOWEST = 10_000;

	private static final int HIGHEST = 32_000;

	private static final int ATTEMPTS = 1000;

	/** What this process has been given, though it may not use it yet. */
	private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

	private FreePort() {
	}

	/**
	 * A port that nothing listens on at the moment, another one each time. Below those
	 * that systems give to connections and to who asks for port 0, so that nobody gets it
	 * by chance before it is used.
	 */
	public static int any() {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
			try (ServerSocket socket = new ServerSocket(port)) {
				if (GIVEN.add(port)) {
					return socket.getLocalPort();
				}
			}
			catch (IOException ex) {
				// Somebody has it.
			}
		}
		throw new IllegalStateException("no free port from " + LOWEST + " to " + HIGHEST);
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
