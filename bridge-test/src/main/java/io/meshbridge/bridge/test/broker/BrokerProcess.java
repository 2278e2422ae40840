package io.meshbridge.bridge.test.broker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A broker that is a process of this machine, with a data folder of its own.
 */
final class BrokerProcess implements TestBroker {

	private static final Duration WAIT = Duration.ofSeconds(90);

	private final String description;

	private final int port;

	private final Path folder;

	private final List<String> command;

	private final Map<String, String> environment;

	private @Nullable Process process;

	BrokerProcess(String description, int port, Path folder, List<String> command, Map<String, String> environment) {
		this.description = description + " (" + command.get(0) + ", port " + port + ")";
		this.port = port;
		this.folder = folder;
		this.command = command;
		this.environment = environment;
	}

	/**
	 * The first executable of these that is there; names without a slash are looked up in
	 * the path.
	 */
	static @Nullable Path executable(String... names) {
		if (BrokerFinder.onlyInTheJvm()) {
			return null;
		}
		for (String name : names) {
			Stream<Path> places = name.startsWith("/") ? Stream.of(Path.of(name))
					: Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
						.filter((folder) -> !folder.isEmpty())
						.map((folder) -> Path.of(folder, name));
			Path found = places.filter(Files::isExecutable).findFirst().orElse(null);
			if (found != null) {
				return found;
			}
		}
		return null;
	}

	static Path newFolder(String broker) {
		try {
			return Files.createTempDirectory("meshbridge-" + broker + "-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException("no folder for the data of " + broker, ex);
		}
	}

	static void write(Path file, String text) {
		try {
			Files.writeString(file, text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("can't write " + file, ex);
		}
	}

	static void delete(Path folder) {
		try (Stream<Path> files = Files.walk(folder)) {
			files.sorted((one, other) -> other.compareTo(one)).forEach((file) -> file.toFile().delete());
		}
		catch (IOException | UncheckedIOException ex) {
			// What is left is in the system's folder for temporary files.
			folder.toFile().deleteOnExit();
		}
	}

	@Override
	public String description() {
		return this.description;
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public void start() {
		Process running = this.process;
		if (running != null && running.isAlive()) {
			return;
		}
		ProcessBuilder builder = new ProcessBuilder(this.command).directory(this.folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
		builder.environment().putAll(this.environment);
		try {
			Process started = builder.start();
			started.getOutputStream().close();
			this.process = started;
			FreePort.await(this.description + " takes no connections", WAIT,
					() -> !started.isAlive() || FreePort.taken(this.port));
			if (!started.isAlive()) {
				throw new IllegalStateException(this.description + " ended at once:\n" + readLog());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(this.description + " does not start", ex);
		}
	}

	private Path log() {
		return this.folder.resolve("output.log");
	}

	private String readLog() throws IOException {
		return new String(Files.readAllBytes(log()), StandardCharsets.UTF_8);
	}

	@Override
	public void stop() {
		end(Process::destroy);
	}

	@Override
	public void kill() {
		end(Process::destroyForcibly);
	}

	private void end(Consumer<Process> signal) {
		Process running = this.process;
		this.process = null;
		if (running == null) {
			return;
		}
		signal.accept(running);
		try {
			if (!running.waitFor(60, TimeUnit.SECONDS)) {
				running.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			running.destroyForcibly();
		}
	}

	/**
	 * Returns when all its threads have stopped: on a busy machine some go on for a while
	 * after the signal, and would still answer.
	 */
	@Override
	public void suspend() {
		signal("STOP");
		Process running = this.process;
		if (running != null) {
			Path threads = Path.of("/proc", String.valueOf(running.pid()), "task");
			FreePort.await(this.description + " does not stop", WAIT, () -> allStopped(threads));
		}
	}

	/**
	 * As Linux tells it (proc(5)); elsewhere the signal has to do.
	 */
	private static boolean allStopped(Path threads) throws IOException {
		if (!Files.isDirectory(threads)) {
			return true;
		}
		try (Stream<Path> each = Files.list(threads)) {
			for (Path thread : each.toList()) {
				// The name stands in parentheses and may hold anything; the state follows
				// it.
				String stat = Files.readString(thread.resolve("stat"));
				if (!stat.substring(stat.lastIndexOf(')')).startsWith(") T")) {
					return false;
				}
			}
		}
		return true;
	}

	@Override
	public void resume() {
		signal("CONT");
	}

	@Override
	public void dispose() {
		if (this.process != null) {
			// A stopped process would not hear that it shall end.
			resume();
		}
		stop();
		delete(this.folder);
	}

	private void signal(String name) {
		Process running = this.process;
		if (running == null) {
			throw new IllegalStateException(this.description + " does not run");
		}
		run(List.of("kill", "-" + name, String.valueOf(running.pid())), Map.of());
	}

	static void run(List<String> command, Map<String, String> environment) {
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD);
		builder.environment().putAll(environment);
		try {
			if (!builder.start().waitFor(60, TimeUnit.SECONDS)) {
				throw new IllegalStateException(command + " did not end within 60 s");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("can't run " + command, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while running " + command, ex);
		}
	}

}
