package io.meshbridge.bench;

import java.io.IOException;
import java.util.List;

/**
 * One of the bench's commands: reads its arguments, measures, and leaves no process
 * behind, however it ends.
 */
abstract class Command implements AutoCloseable {

	private boolean closed;

	/**
	 * Runs it to its end.
	 * @param name for messages
	 * @param usage help
	 * @param maker reads the arguments
	 * @return exit code: that of the command, 2 for wrong arguments, 130 when interrupted
	 */
	static int run(String name, String usage, Maker maker, String... arguments) throws IOException {
		if (List.of(arguments).contains("--help")) {
			System.out.print(usage);
			return 0;
		}
		Command command;
		try {
			command = maker.make(arguments);
		}
		catch (IllegalArgumentException ex) {
			String.valueOf(ex.getMessage()).lines().forEach((line) -> System.err.println(name + ": " + line));
			System.err.print(usage);
			return 2;
		}
		Runtime.getRuntime().addShutdownHook(new Thread(command::close, "stop"));
		try (command) {
			return command.run();
		}
		catch (InterruptedException ex) {
			return 130;
		}
	}

	/**
	 * Measures and reports.
	 * @return exit code
	 */
	abstract int run() throws IOException, InterruptedException;

	/**
	 * Stops everything, from whatever thread.
	 */
	abstract void stop();

	/**
	 * Stops everything once; who comes second waits until that is done.
	 */
	@Override
	public final synchronized void close() {
		if (!this.closed) {
			this.closed = true;
			stop();
		}
	}

	/**
	 * Makes a command of its arguments.
	 */
	interface Maker {

		/**
		 * Makes it.
		 * @throws IllegalArgumentException with all that is wrong, a line for each
		 */
		Command make(String... arguments) throws IOException;

	}

}
