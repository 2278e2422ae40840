package io.meshbridge.sandbox;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback interface that stay free until somebody listens on them, or does
 * so again: they are below those that systems give to connections.
 */
public final class FreePort {

	private static final int LOWEST = 10_000;

	private static final int HIGHEST = 32_000;

	private static final int ATTEMPTS = 1000;

	/** What this process has been given, though it may not use it yet. */
	private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

	private FreePort() {
	}

	/**
	 * A port that nothing listens on at the moment, another one each time.
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

}
