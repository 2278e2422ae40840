package io.meshbridge.gateway.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

import io.meshbridge.gateway.GatewayApplication;

/**
 * Where the jar starts: runs the command that is named first, or else the gateway.
 */
public final class Main {

	private Main() {
	}

	/**
	 * Runs until the process is told to stop, or the command is done.
	 */
	public static void main(String[] arguments) {
		if (!Commands.named(arguments)) {
			GatewayApplication.main(arguments);
			return;
		}
		// Libraries have a lot to say, and nothing that belongs to an answer.
		System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
		System.exit(Commands.run(new PrintWriter(System.out, true, StandardCharsets.UTF_8),
				new PrintWriter(System.err, true, StandardCharsets.UTF_8), arguments));
	}

}
