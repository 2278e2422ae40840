package io.meshbridge.sandbox.demo;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogManager;

import org.slf4j.LoggerFactory;

/**
 * The command line of the demo. Ends with exit code 0 when every event arrived, with 1
 * when not or when the demo could not run, with 2 when the command line is wrong.
 */
public final class DemoCommand {

	private static final String NAME = "demo";

	/** Longer than the gateway may take to drain, so that it is the last resort. */
	private static final long ENDING_TIMEOUT_SECONDS = 90;

	private DemoCommand() {
	}

	/**
	 * Runs the demo. Ctrl-C and SIGTERM end it in order.
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
		System.exit(run(arguments, screen));
	}

	private static int run(List<String> arguments, Screen screen) {
		try {
			DemoOptions options = DemoOptions.parse(arguments);
			PortCheck.requireFree(options);
			Path folder = Files.createTempDirectory("meshbridge-demo-");
			logTo(folder.resolve("brokers.log"));
			return run(new Demo(options, screen, folder), screen);
		}
		catch (DemoException ex) {
			return failed(screen, ex);
		}
		catch (IOException ex) {
			return failed(screen, new DemoException("can't make a folder for the demo: " + ex));
		}
	}

	private static int run(Demo demo, Screen screen) throws DemoException {
		CountDownLatch ended = new CountDownLatch(1);
		AtomicInteger exitCode = new AtomicInteger(1);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> endInOrder(demo, ended, exitCode), "demo-end"));
		try {
			exitCode.set(demo.run() ? 0 : 1);
		}
		catch (DemoException ex) {
			exitCode.set(failed(screen, ex));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			demo.kill();
		}
		catch (RuntimeException | Error ex) {
			LoggerFactory.getLogger(DemoCommand.class).error("the demo failed", ex);
			exitCode.set(failed(screen, new DemoException("the demo failed, see " + demo.folder() + ": " + ex)));
		}
		finally {
			ended.countDown();
		}
		return exitCode.get();
	}

	/**
	 * Runs when the process is told to stop, and also at its normal end. Waits for the
	 * demo's own end, and lets that decide on the exit code.
	 */
	private static void endInOrder(Demo demo, CountDownLatch ended, AtomicInteger exitCode) {
		demo.end();
		try {
			if (!ended.await(ENDING_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
				demo.kill();
			}
		}
		catch (InterruptedException ex) {
			demo.kill();
		}
		Runtime.getRuntime().halt(exitCode.get());
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
