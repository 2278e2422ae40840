package io.meshbridge.it;

import java.io.IOException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Runs what a user would type.
 */
final class Shell {

	private static final Duration WAIT = Duration.ofSeconds(60);

	/** What not everybody has. */
	private static final List<String> TOOLS = List.of("kcat", "mosquitto_pub", "rabbitmqctl");

	private Shell() {
	}

	/**
	 * Runs commands, which must end well. Skips the test where a tool is missing.
	 * @param name for messages
	 * @param environment added to that of this process
	 * @return what they wrote to standard output
	 */
	static String run(String name, String text, Map<String, String> environment) throws Exception {
		for (String tool : TOOLS) {
			if (text.contains(tool)) {
				assumeThat(exitCode(List.of("bash", "-c", "command -v " + tool))).as(tool + " is installed").isZero();
			}
		}
		Path output = Files.createTempFile("docs", ".out");
		Path errors = Files.createTempFile("docs", ".err");
		try {
			// Debian's rabbitmqctl in the path changes to a user of its own.
			ProcessBuilder builder = new ProcessBuilder("bash", "-c", text)
				.directory(new File(System.getProperty("meshbridge.repository", "..")))
				.redirectOutput(output.toFile())
				.redirectError(errors.toFile());
			builder.environment().putAll(environment);
			builder.environment().merge("PATH", "/usr/lib/rabbitmq/bin", (path, first) -> first + ":" + path);
			Process process = builder.start();
			boolean ended = process.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS);
			if (!ended) {
				process.descendants().forEach(ProcessHandle::destroyForcibly);
				process.destroyForcibly();
			}
			String printed = Files.readString(output) + Files.readString(errors);
			assertThat(ended).as(name + " ends; it printed\n" + printed).isTrue();
			assertThat(process.exitValue()).as(name + " printed\n" + printed).isZero();
			return Files.readString(output);
		}
		finally {
			Files.delete(output);
			Files.delete(errors);
		}
	}

	private static int exitCode(List<String> command) throws Exception {
		Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
		assertThat(process.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		return process.exitValue();
	}

	/**
	 * Environment of a process that was started from here, found by one of its variables;
	 * empty if there is none, or the system doesn't tell.
	 */
	static Map<String, String> environmentWith(String variable) {
		try (Stream<ProcessHandle> processes = ProcessHandle.current().descendants()) {
			return processes.map((process) -> environment(process.pid()))
				.filter((environment) -> environment.containsKey(variable))
				.findFirst()
				.orElse(Map.of());
		}
	}

	private static Map<String, String> environment(long process) {
		try {
			Map<String, String> environment = new HashMap<>();
			for (String entry : Files.readString(Path.of("/proc", String.valueOf(process), "environ")).split("\0")) {
				int equals = entry.indexOf('=');
				if (equals > 0) {
					environment.put(entry.substring(0, equals), entry.substring(equals + 1));
				}
			}
			return environment;
		}
		catch (IOException ex) {
			return Map.of();
		}
	}

}
