package io.meshbridge.sandbox.demo;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Clock;
import java.time.LocalTime;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the demo's user sees. May be used by any number of threads.
 */
final class Screen {

	private final PrintStream out;

	private final EventLine format;

	private final Clock clock;

	Screen(PrintStream out, boolean colour, Clock clock) {
		this.out = out;
		this.format = new EventLine(colour);
		this.clock = clock;
	}

	/**
	 * Writes to standard output, with colour when that is a terminal.
	 */
	static Screen onStandardOutput() {
		String charset = System.getProperty("stdout.encoding", System.getProperty("native.encoding", "UTF-8"));
		PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, Charset.forName(charset));
		return new Screen(out, isTerminal(System.console(), System.getenv()), Clock.systemDefaultZone());
	}

	private static boolean isTerminal(@Nullable Console console, Map<String, String> environment) {
		if (console == null || environment.containsKey("NO_COLOR") || "dumb".equals(environment.get("TERM"))) {
			return false;
		}
		try {
			// From Java 22 on there is a console even when there is no terminal.
			return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
		}
		catch (ReflectiveOperationException ex) {
			return true;
		}
	}

	void print(String text) {
		// One call, so that lines of different threads don't mix.
		this.out.print(text + "\n");
		this.out.flush();
	}

	void heading() {
		print(this.format.heading());
	}

	void event(Arrival event) {
		print(this.format.of(LocalTime.now(this.clock), event));
	}

}
