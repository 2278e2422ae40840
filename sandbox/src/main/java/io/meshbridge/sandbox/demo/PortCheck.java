package io.meshbridge.sandbox.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks whether all ports are free before anything is started.
 */
final class PortCheck {

	/** Beyond this most systems hand out ports to clients. */
	private static final int HIGHEST_ALTERNATIVE = 32_767;

	private static final int STEP = 10_000;

	private PortCheck() {
	}

	/**
	 * Returns when every port can be listened on.
	 * @throws DemoException naming each taken port, what wants it and how to change it
	 */
	static void requireFree(DemoOptions options) throws DemoException {
		List<Part> taken = Stream.of(Part.values()).filter((part) -> !isFree(options.port(part))).toList();
		if (taken.isEmpty()) {
			return;
		}
		List<String> problems = new ArrayList<>();
		for (Part part : taken) {
			problems.add("port " + options.port(part) + " is taken, and " + part.purpose()
					+ " needs it; change it with --" + part.option() + "=PORT");
		}
		String command = taken.stream()
			.map((part) -> " --" + part.option() + "=" + alternative(options, part))
			.collect(Collectors.joining("", "./meshbridge demo" + rest(options, taken), ""));
		problems.add("this would work: " + command);
		throw new DemoException(1, problems);
	}

	/**
	 * Whether somebody could listen on this port of the loopback interface now.
	 */
	static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** What else the user asked for. */
	private static String rest(DemoOptions options, List<Part> taken) {
		return options.arguments()
			.stream()
			.filter((argument) -> !argument.startsWith("--gateway=") && !argument.startsWith("--gateway-java="))
			.filter((argument) -> taken.stream().noneMatch((part) -> argument.startsWith("--" + part.option() + "=")))
			.map((argument) -> " " + argument)
			.collect(Collectors.joining());
	}

	private static int alternative(DemoOptions options, Part part) {
		for (int port = options.port(part) + STEP; port <= HIGHEST_ALTERNATIVE; port++) {
			if (isFree(port) && !options.ports().containsValue(port)) {
				return port;
			}
		}
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			return options.port(part);
		}
	}

}
