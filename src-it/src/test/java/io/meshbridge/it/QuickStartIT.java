package io.meshbridge.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code ./meshbridge} asks of Java to start the gateway quickly, in a checkout that
 * has only a jar, with a Java that writes down what it is asked. That the JVM can do it
 * is seen in {@link ImageIT}.
 */
class QuickStartIT {

	private static final String PREPARING = "preparing quick starts";

	/** It answers like Java, and does what is asked of it with files. */
	private static final String JAVA = """
			#!/bin/sh
			case "$*" in
			-version) echo 'openjdk version "VERSION.0.1"' >&2; exit ;;
			esac
			echo "$*" >>asked
			for word; do
				case "$word" in
				*Exit=* | *CacheOutput=*) written="${word#*=}" ;;
				extract) [ ! -f no-extract ] || exit 1 ;;
				*Rehearsal) [ ! -f no-rehearsal ] || exit 1; echo learned >"$written" ;;
				-*) ;;
				*/parts-*) [ -d "$word" ] || [ -f "$word" ] || { mkdir "$word"; cp target.jar "$word/meshbridge.jar"; } ;;
				esac
			done
			""";

	@TempDir
	private Path folder = Path.of("");

	private Path target = Path.of("");

	@BeforeEach
	void checkout() throws IOException {
		this.folder = this.folder.toRealPath();
		this.target = Files.createDirectories(this.folder.resolve("check out/gateway-app/target"));
		Path script = Path.of(System.getProperty("meshbridge.repository", ".."), "meshbridge");
		Files.copy(script, this.folder.resolve("check out/meshbridge"));
		Files.writeString(this.folder.resolve("target.jar"), "jar");
		Files.writeString(this.target.resolve("meshbridge.jar"), "jar");
		java(17);
	}

	private void java(int version) throws IOException {
		Path java = this.folder.resolve("bin/java");
		Files.createDirectories(java.getParent());
		Files.writeString(java, JAVA.replace("VERSION", String.valueOf(version)));
		Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	@Test
	void preparesOnceAndStartsWithTheArchive() throws Exception {
		assertThat(run("run", "--a=b")).containsOnlyOnce(PREPARING);
		assertThat(asked()).hasSize(3)
			.first()
			.asString()
			.startsWith("-Djarmode=tools -jar " + this.target + "/meshbridge.jar extract --destination " + parts());
		assertThat(run("run", "--a=b")).isEmpty();
		assertThat(asked())
			.containsExactly("-XX:SharedArchiveFile=" + archive() + " -jar " + parts() + "/meshbridge.jar --a=b");
		assertThat(run("lint", "x.yaml")).isEmpty();
		assertThat(asked())
			.containsExactly("-XX:SharedArchiveFile=" + archive() + " -jar " + parts() + "/meshbridge.jar lint x.yaml");
	}

	@Test
	void otherCommandsPrepareNothing() throws Exception {
		assertThat(run("lint", "x.yaml")).isEmpty();
		assertThat(asked()).containsExactly("-jar " + this.target + "/meshbridge.jar lint x.yaml");
	}

	@Test
	void startsWithoutAnArchiveWhereTheRehearsalFailsAndDoesNotTryAgain() throws Exception {
		Files.createFile(this.folder.resolve("no-rehearsal"));
		assertThat(run("run")).containsOnlyOnce(PREPARING);
		assertThat(asked()).last().isEqualTo("-jar " + parts() + "/meshbridge.jar");
		assertThat(run("run")).isEmpty();
		assertThat(asked()).containsExactly("-jar " + parts() + "/meshbridge.jar");
	}

	@Test
	void startsTheWholeJarWhereItCanNotBeTakenApart() throws Exception {
		Files.createFile(this.folder.resolve("no-extract"));
		run("run");
		assertThat(asked()).last().isEqualTo("-jar " + this.target + "/meshbridge.jar");
		assertThat(list(this.target)).containsExactly("meshbridge.jar");
	}

	@Test
	void anotherJavaHasAnArchiveOfItsOwnBesideTheFirst() throws Exception {
		run("run");
		java(25);
		run("run");
		assertThat(asked()).last().asString().contains("-XX:AOTCache=" + parts() + "/");
		assertThat(asked()).filteredOn((line) -> line.contains("AOTCache"))
			.hasSize(2)
			.allMatch((line) -> line.contains("-XX:+UseCompactObjectHeaders -Djdk.reflect.useNativeAccessorOnly=true "))
			.satisfiesExactlyInAnyOrder((rehearsal) -> assertThat(rehearsal).doesNotContain("FreqLog"),
					(start) -> assertThat(start).contains(
							" -XX:Tier2InvokeNotifyFreqLog=17 -XX:Tier2BackedgeNotifyFreqLog=20 -XX:Tier3DelayOn=100 "));
		assertThat(list(parts())).hasSize(3).filteredOn((file) -> file.endsWith(".archive")).hasSize(2);
		java(17);
		assertThat(run("run")).isEmpty();
		assertThat(asked()).singleElement().asString().startsWith("-XX:SharedArchiveFile=");
	}

	@Test
	void aNewJarIsPreparedAgainAndWhatTheOldOneHadGoes() throws Exception {
		run("run");
		Path old = parts();
		Files.writeString(this.target.resolve("meshbridge.jar"), "a new one");
		assertThat(run("run")).contains(PREPARING);
		assertThat(parts()).isNotEqualTo(old);
		assertThat(list(this.target)).hasSize(2);
	}

	@Test
	void whatAKilledStartLeftGoesAndWhatOneIsWritingStays() throws Exception {
		run("run");
		Path archive = archive();
		Process writing = new ProcessBuilder("sleep", "60").start();
		try {
			Files.move(archive, archive.resolveSibling(archive.getFileName() + "." + writing.pid()));
			// No process has this number, by the limits of Linux and macOS.
			Files.createFile(archive.resolveSibling(archive.getFileName() + ".99999999"));
			run("run");
			assertThat(list(parts())).containsExactlyInAnyOrder("meshbridge.jar", archive.getFileName().toString(),
					archive.getFileName() + "." + writing.pid());
		}
		finally {
			writing.destroyForcibly();
		}
	}

	@Test
	void plugInsAreLoadedByTheWholeJar() throws Exception {
		assertThat(run("-Dloader.path=plugins", "run")).isEmpty();
		assertThat(asked()).containsExactly("-Dloader.path=plugins -jar " + this.target + "/meshbridge.jar");
	}

	@Test
	void severalMayStartAtOnce() throws Exception {
		List<Process> starts = Stream.of(1, 2, 3).map((start) -> {
			try {
				return start("", "run");
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}).toList();
		for (Process start : starts) {
			assertThat(start.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(start.exitValue()).isZero();
		}
		assertThat(asked()).filteredOn((line) -> line.startsWith("-XX:SharedArchiveFile=")).hasSize(3);
		assertThat(run("run")).isEmpty();
		assertThat(list(this.target)).hasSize(2);
	}

	private String run(String... words) throws Exception {
		Files.deleteIfExists(this.folder.resolve("asked"));
		String options = words[0].startsWith("-") ? words[0] : "";
		Process process = start(options,
				options.isEmpty() ? words : List.of(words).subList(1, words.length).toArray(String[]::new));
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.exitValue()).as(printed).isZero();
		return printed;
	}

	private Process start(String options, String... words) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(
				Stream.concat(Stream.of("sh", "check out/meshbridge"), Stream.of(words)).toList());
		builder.environment().put("JAVA_HOME", this.folder.toString());
		builder.environment().put("MESHBRIDGE_JAVA_OPTS", options);
		return builder.directory(this.folder.toFile()).redirectErrorStream(true).start();
	}

	private List<String> asked() throws IOException {
		return Files.readAllLines(this.folder.resolve("asked"));
	}

	private Path parts() throws IOException {
		return this.target
			.resolve(list(this.target).stream().filter((name) -> name.startsWith("parts-")).findFirst().orElseThrow());
	}

	private Path archive() throws IOException {
		return parts()
			.resolve(list(parts()).stream().filter((name) -> name.endsWith(".archive")).findFirst().orElseThrow());
	}

	private static List<String> list(Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.map((file) -> file.getFileName().toString()).sorted().toList();
		}
	}

}
