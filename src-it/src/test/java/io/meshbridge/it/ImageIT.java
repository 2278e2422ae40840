package io.meshbridge.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the {@code Dockerfile} does, step by step and without a container: takes the jar
 * apart, puts its layers together, rehearses, and runs entry point and health check.
 */
class ImageIT {

	private static final Pattern EXTRACT = Pattern.compile("(?m)^RUN (java -Djarmode=tools .*)$");

	private static final Pattern REHEARSE = Pattern.compile("(?m)^RUN (java -XX:.*)$");

	private static final Pattern LAYER = Pattern.compile("(?m)^COPY --from=layers /build/(\\S+) \\./$");

	private static final Pattern ENTRY_POINT = Pattern.compile("(?m)^ENTRYPOINT (\\[.*])$");

	private static final Pattern HEALTH_CHECK = Pattern.compile("HEALTHCHECK [^\\n]*\\\\\\n\\s*CMD (\\[.*])");

	private static final Path REPOSITORY = Path.of(System.getProperty("meshbridge.repository", ".."));

	@TempDir
	private Path folder = Path.of("");

	private String dockerfile = "";

	@BeforeEach
	void read() throws IOException {
		this.dockerfile = Files.readString(REPOSITORY.resolve("Dockerfile"));
	}

	@Test
	void layersMakeAGatewayThatIsHealthyWhenItRunsAndNotWhenItDoesNot() throws Exception {
		Path build = Files.createDirectory(this.folder.resolve("build"));
		Path image = Files.createDirectory(this.folder.resolve("image"));
		Files.copy(REPOSITORY.resolve("gateway-app/target/meshbridge.jar"), build.resolve("meshbridge.jar"));
		assertThat(run(build, List.of(found(EXTRACT).split(" ")))).isZero();
		List<String> layers = LAYER.matcher(this.dockerfile).results().map((layer) -> layer.group(1)).toList();
		assertThat(layers).hasSize(4);
		for (String layer : layers) {
			FileSystemUtils.copyRecursively(build.resolve(layer), image);
		}
		assertThat(run(image, List.of(found(REHEARSE).split(" ")))).isZero();
		String port = String.valueOf(GatewayProcess.freePort());
		List<String> health = words(found(HEALTH_CHECK));
		assertThat(run(image, health, "SERVER_PORT=" + port)).isEqualTo(1);
		List<String> entryPoint = new ArrayList<>(words(found(ENTRY_POINT)));
		entryPoint.addAll(1, List.of("-Xmx512m", "-Xlog:class+load:file=classes.log"));
		Process gateway = start(image, entryPoint, "SERVER_PORT=" + port,
				"MESHBRIDGE_HTTP_PORT=" + GatewayProcess.freePort(),
				"MESHBRIDGE_EMBEDDED_BROKER_AMQP_PORT=" + GatewayProcess.freePort(),
				"MESHBRIDGE_EMBEDDED_BROKER_MQTT_PORT=" + GatewayProcess.freePort());
		try {
			await().atMost(Duration.ofSeconds(180))
				.pollInterval(Duration.ofSeconds(1))
				.failFast("the gateway has ended", () -> !gateway.isAlive())
				.untilAsserted(() -> assertThat(run(image, health, "SERVER_PORT=" + port)).isZero());
		}
		finally {
			gateway.destroy();
			assertThat(gateway.waitFor(180, TimeUnit.SECONDS)).as("the gateway ends when it is told to").isTrue();
		}
		List<String> classes = Files.readAllLines(image.resolve("classes.log"));
		assertThat(classes).filteredOn((line) -> line.contains("source: shared objects file"))
			.as("classes from the archive, of %d", classes.size())
			.hasSizeGreaterThan(classes.size() * 3 / 4)
			.anyMatch((line) -> line.contains("io.meshbridge.gateway.routes.Gateway "));
	}

	private String found(Pattern pattern) {
		Matcher matcher = pattern.matcher(this.dockerfile);
		assertThat(matcher.find()).as("%s in the Dockerfile", pattern).isTrue();
		return Objects.requireNonNull(matcher.group(1));
	}

	private static List<String> words(String json) {
		return List.of(new JsonMapper().readValue(json, String[].class));
	}

	/**
	 * The image has Java 25; the same in the words of the one that runs here.
	 */
	private static List<String> translated(List<String> command) {
		if (Runtime.version().feature() >= 25) {
			return command;
		}
		return command.stream()
			.map((word) -> word.replace("-XX:AOTCacheOutput=", "-XX:ArchiveClassesAtExit=")
				.replace("-XX:AOTCache=", "-XX:SharedArchiveFile="))
			.filter((word) -> !word.startsWith("--sun-misc-unsafe-memory-access")
					&& !word.equals("-XX:+UseCompactObjectHeaders"))
			.toList();
	}

	private static int run(Path folder, List<String> command, String... environment) throws Exception {
		Process process = start(folder, command, environment);
		assertThat(process.waitFor(6, TimeUnit.MINUTES)).as("%s ends", command).isTrue();
		return process.exitValue();
	}

	private static Process start(Path folder, List<String> command, String... environment) throws IOException {
		List<String> here = new ArrayList<>(translated(command));
		assertThat(here.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString())).isEqualTo("java");
		ProcessBuilder builder = new ProcessBuilder(here).directory(folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), "out.log")));
		Stream.of(environment)
			.map((variable) -> variable.split("=", 2))
			.forEach((variable) -> builder.environment().put(variable[0], variable[1]));
		return builder.start();
	}

}
