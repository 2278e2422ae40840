package io.meshbridge.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * A process that the bench started. It writes to a log file; it is stopped when closed,
 * and should the bench be killed, its standard input ends.
 */
final class ChildProcess implements AutoCloseable {

	private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final String name;

	private final Path log;

	private final Process process;

	private ChildProcess(String name, Path log, Process process) {
		this.name = name;
		this.log = log;
		this.process = process;
	}

	/**
	 * Starts a program.
	 * @param name for messages, and of the log file
	 * @param folder where it runs, and where its log is
	 * @param environment what to add to the environment
	 */
	static ChildProcess start(String name, Path folder, Map<String, String> environment, List<String> command)
			throws IOException {
		Path log = folder.resolve(name + ".log");
		ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile());
		builder.environment().putAll(environment);
		return new ChildProcess(name, log, builder.start());
	}

	/**
	 * Starts a main class or a jar on this JVM's Java.
	 */
	static ChildProcess startJava(String name, Path folder, List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(arguments);
		return start(name, folder, Map.of(), command);
	}

	/**
	 * Starts this program with other arguments.
	 */
	static ChildProcess startSelf(String name, Path folder, String... arguments) throws IOException {
		return startSelf(name, folder, List.of("-Xmx1g"), arguments);
	}

	/**
	 * Starts this program with other arguments, on a JVM with some options.
	 */
	static ChildProcess startSelf(String name, Path folder, List<String> javaOptions, String... arguments)
			throws IOException {
		List<String> command = new ArrayList<>(javaOptions);
		command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
		String classPath = absolute(System.getProperty("java.class.path"));
		// The packaged jar holds its libraries, and only its own loader finds them.
		if (Bench.class.getProtectionDomain().getCodeSource().getLocation().toString().contains("nested:")) {
			command.addAll(List.of("-jar", classPath));
		}
		else {
			command.addAll(List.of("-cp", classPath, Bench.class.getName()));
		}
		command.addAll(List.of(arguments));
		return startJava(name, folder, command);
	}

	private static String absolute(String classPath) {
		String separator = System.getProperty("path.separator");
		List<String> entries = new ArrayList<>();
		for (String entry : classPath.split(separator)) {
			entries.add(Path.of(entry).toAbsolutePath().toString());
		}
		return String.join(separator, entries);
	}

	/**
	 * Waits for a line in the log that starts with {@code READY}.
	 * @return the rest of the line
	 */
	String awaitReady(Duration limit) throws InterruptedException {
		return awaitLine("READY", limit);
	}

	/**
	 * Waits for a line in the log that starts with a word.
	 * @return the rest of the line
	 */
	String awaitLine(String word, Duration limit) throws InterruptedException {
		awaitTrue("printing " + word, limit, () -> line(word) != null);
		String line = line(word);
		return (line != null) ? line.substring(word.length()).strip() : "";
	}

	private @Nullable String line(String word) {
		return log().lines().filter((line) -> line.startsWith(word)).findFirst().orElse(null);
	}

	/**
	 * Waits for something that this process shall do.
	 * @throws IllegalStateException with the end of its log if it ended or took too long
	 */
	void awaitTrue(String what, Duration limit, BooleanSupplier condition) throws InterruptedException {
		long deadline = System.nanoTime() + limit.toNanos();
		while (!condition.getAsBoolean()) {
			if (!this.process.isAlive()) {
				throw new IllegalStateException(this.name + " ended with exit code " + this.process.exitValue()
						+ " before " + what + "; its last words:\n" + lastWords());
			}
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException(this.name + " is not " + what + " after " + limit.toSeconds()
						+ " s; its last words:\n" + lastWords());
			}
			TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL.toMillis());
		}
	}

	long id() {
		return this.process.pid();
	}

	boolean alive() {
		return this.process.isAlive();
	}

	/**
	 * CPU time of all its threads so far; 0 if the system does not tell.
	 */
	long cpuNanos() {
		return this.process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
	}

	/**
	 * The end of what it printed.
	 */
	String lastWords() {
		List<String> lines = log().lines().toList();
		return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
	}

	private String log() {
		try {
			return new String(Files.readAllBytes(this.log), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

}
