package io.meshbridge.sandbox.demo;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.LogManager;

import org.slf4j.LoggerFactory;

/**
 * The command line of the demo. Ends with exit code 0 when every event arrived, with 1
 * when not or when the demo could not run, with 2 when the command line is wrong. Ended
 * by a signal it says so as every program does, once all that was sent has arrived: 130
 * after Ctrl-C, 143 after SIGTERM.
 */
public final class DemoCommand {

	private static final String NAME = "demo";

	/** Exit code of what a signal ended, less the signal's number. */
	private static final int SIGNALLED = 128;

	private static final Duration ASKED_AGAIN = Duration.ofSeconds(2);

	private DemoCommand() {
	}

	/**
	 * Runs the demo. Ctrl-C and SIGTERM end it in order, a second Ctrl-C at once.
	 */
	public static void main(String[] args) {
		// Java looks for Qpid's own handlers on the class path only, not in this jar's
		// jars.
		URL.setURLStreamHandlerFactory((protocol) -> switch (protocol) {
			case "classpath" -> new org.apache.qpid.server.util.urlstreamhandler.classpath.Handler();
			case "data" -> new org.apache.qpid.server.util.urlstreamhandler.data.Handler();
			default -> null;
		});
		Screen screen = Screen.onStandardOutput();
		List<String> arguments = Arrays.asList(args);
		if (!arguments.isEmpty() && arguments.get(0).equals(NAME)) {
			arguments = arguments.subList(1, arguments.size());
		}
		if (arguments.contains("--help") || arguments.contains("-h")) {
			screen.print(DemoOptions.USAGE);
			return;
		}
		// All is closed by now; hooks of libraries would only find that out again.
		Runtime.getRuntime().halt(run(arguments, screen));
	}

	private static int run(List<String> arguments, Screen screen) {
		try {
			DemoOptions options = DemoOptions.parse(arguments);
			PortCheck.requireFree(options);
			DemoFolder folder = DemoFolder.make();
			logTo(folder.brokersLog());
			return run(new Demo(options, screen, folder), folder, screen);
		}
		catch (DemoException ex) {
			return failed(screen, ex);
		}
		catch (IOException ex) {
			return failed(screen, new DemoException("can't make a folder for the demo: " + ex));
		}
	}

	private static int run(Demo demo, DemoFolder folder, Screen screen) {
		AtomicLong asked = new AtomicLong();
		AtomicInteger endedBy = new AtomicInteger();
		Signals.onEnd((signal) -> {
			endedBy.compareAndSet(0, SIGNALLED + signal);
			end(demo, asked, SIGNALLED + signal);
		});
		try {
			return demo.run() ? endedBy.get() : 1;
		}
		catch (DemoException ex) {
			return failed(screen, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return 1;
		}
		catch (RuntimeException | Error ex) {
			LoggerFactory.getLogger(DemoCommand.class).error("the demo failed", ex);
			return failed(screen, new DemoException("the demo failed, see " + folder.root() + ": " + ex));
		}
		finally {
			demo.kill();
		}
	}

	/**
	 * The first time in order; when the user asks again, at once. One request may come as
	 * two signals, to the process and to its group.
	 */
	private static void end(Demo demo, AtomicLong asked, int exitCode) {
		long now = System.nanoTime();
		if (asked.compareAndSet(0, now)) {
			demo.end();
		}
		else if (now - asked.get() > ASKED_AGAIN.toNanos()) {
			demo.kill();
			Runtime.getRuntime().halt(exitCode);
		}
	}

	private static int failed(Screen screen, DemoException failure) {
		for (String problem : failure.problems()) {
			screen.print("meshbridge demo: " + problem);
		}
		return failure.exitCode();
	}

	/**
	 * Sends what the brokers and clients log to a file. The screen is for events.
	 */
	private static void logTo(Path file) throws IOException {
		System.setProperty("meshbridge.demo.log", file.toString());
		// Some write to standard error, where Java itself also warns of what they do.
		System.setErr(new PrintStream(new FileOutputStream(file.toFile(), true), true, StandardCharsets.UTF_8));
		System.setProperty("logback.configurationFile", "io/meshbridge/sandbox/demo/demo-logback.xml");
		// Paho logs with java.util.logging.
		LogManager.getLogManager().reset();
	}

}
