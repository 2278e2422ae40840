package io.meshbridge.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OptionsTests {

	private static final String COMMAND = "./meshbridge bench";

	@Test
	void measuresAllPathsOnceByDefault(@TempDir Path folder) throws IOException {
		Path jar = Files.createFile(folder.resolve("meshbridge.jar"));
		Options options = Options.parse("--gateway=" + jar);
		assertThat(options.gateway()).isEqualTo(jar);
		assertThat(options.paths()).containsExactly(BenchPath.values());
		assertThat(options.runs()).isEqualTo(1);
		assertThat(options.seconds()).isEqualTo(12);
		assertThat(options.latency()).isTrue();
		assertThat(options.plain()).isFalse();
	}

	@Test
	void takesPathsAndOptionsInAnyOrder() {
		Options options = Options.parse("kafka-rabbit", "--runs=3", "--raw-only", "--quick", "http-kafka", "--plain",
				"--json", "out.json", "--floor", "0.5", "--set", "a.b=c=d", "--set=e=");
		assertThat(options.paths()).containsExactly(BenchPath.KAFKA_RABBIT, BenchPath.HTTP_KAFKA);
		assertThat(options.gateway()).isNull();
		assertThat(options.runs()).isEqualTo(3);
		assertThat(options.seconds()).isEqualTo(2);
		assertThat(options.plain()).isTrue();
		assertThat(options.settings()).containsExactly("a.b=c=d", "e=");
		assertThat(options.json()).isEqualTo(Path.of("out.json"));
		assertThat(options.floor()).isEqualTo(0.5);
	}

	@Test
	void secondsWinOverQuick() {
		assertThat(Options.parse("--raw-only", "--seconds", "5", "--quick").seconds()).isEqualTo(5);
	}

	@Test
	void latencyIsMeasuredUnlessQuick() {
		assertThat(Options.parse("--raw-only", "--quick").latency()).isFalse();
		assertThat(Options.parse("--raw-only", "--latency", "--quick").latency()).isTrue();
		assertThat(Options.parse("--raw-only", "--no-latency").latency()).isFalse();
	}

	@Test
	void baselineIsMeasuredInShortRuns(@TempDir Path folder) throws IOException {
		Path jar = Files.createFile(folder.resolve("meshbridge.jar"));
		Path file = Files.createFile(folder.resolve("baseline.json"));
		Options options = Options.parse("--gateway=" + jar, "--baseline", file.toString());
		assertThat(options.baseline()).isEqualTo(file);
		assertThat(options.runs()).isEqualTo(3);
		assertThat(options.seconds()).isEqualTo(2);
		assertThat(options.latency()).isFalse();
		assertThat(Options.parse("--gateway=" + jar, "--write-baseline=x.json", "--runs=1").runs()).isEqualTo(1);
	}

	@Test
	void baselineMustBeThereAndNeedsTheGateway() {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--raw-only", "--baseline=no/such.json"))
			.withMessage("""
					--baseline: there is no file 'no/such.json'; --write-baseline writes one
					a baseline is about the gateway, so it can't be left out with --raw-only""");
	}

	@Test
	void peerIsMeasuredLastWhereItHasThePath(@TempDir Path folder) throws IOException {
		Path jar = Files.createFile(folder.resolve("meshbridge.jar"));
		Path camel = Files.createFile(folder.resolve("camel-bridge.jar"));
		Options options = Options.parse("--gateway=" + jar, "--camel=" + camel, "--peer", "camel");
		assertThat(options.sides(BenchPath.HTTP_KAFKA)).containsExactly(Side.RAW, Side.GATEWAY, Side.CAMEL);
		assertThat(options.sides(BenchPath.HTTP_CHANNEL)).containsExactly(Side.RAW, Side.GATEWAY);
		Options unasked = Options.parse("--gateway=" + jar, "--camel=" + camel);
		assertThat(unasked.sides(BenchPath.HTTP_KAFKA)).containsExactly(Side.RAW, Side.GATEWAY);
	}

	@Test
	void peerMustBeKnownAndBuilt() {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--raw-only", "--peer=mule"))
			.withMessage("--peer: unknown peer 'mule', expected camel");
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--raw-only", "--peer=camel", "--camel=x"))
			.withMessage("--peer camel: it is not built, expected --camel=JAR");
	}

	@Test
	void namesTheKnownPathsForAnUnknownOne() {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--raw-only", "kafka-pigeon"))
			.withMessage("unknown path 'kafka-pigeon', expected one of "
					+ "kafka-kafka, http-kafka, mqtt-kafka, kafka-rabbit, kafka-http, http-channel, http-channel-http");
	}

	@Test
	void reportsAllThatIsWrongAtOnce() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Options.parse("--runs=many", "--seconds", "0", "--fast", "--floor", "1.5", "--set", "x",
					"--json"))
			.withMessage(
					"""
							--runs: 'many' is no whole number from 1 to 9
							--seconds: '0' is no whole number from 1 to 600
							unknown option '--fast', expected one of --quick, --runs, --seconds, --latency, --no-latency, --plain, --set, --json, --baseline, --write-baseline, --floor, --peer, --raw-only
							--floor: '1.5' is no number from 0 to 1
							--set: 'x' is no key=value
							--json needs a value""");
	}

	@Test
	void namesTheMissingJar() {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--gateway", "no/such.jar"))
			.withMessage("--gateway: there is no file 'no/such.jar'");
		assertThatIllegalArgumentException().isThrownBy(Options::parse).withMessageStartingWith("--gateway is missing");
	}

	@Test
	void understandsTheCommandsInTheDocs(@TempDir Path folder) throws IOException {
		Path jar = Files.createFile(folder.resolve("meshbridge.jar"));
		String page = Files.readString(Path.of("..", "docs", "performance.md"));
		List<String> commands = page.lines()
			.filter((line) -> line.startsWith(COMMAND))
			.map((line) -> line.substring(COMMAND.length()).replaceFirst("#.*", "").strip())
			.filter((command) -> !command.matches("(matching|growth|steps).*"))
			.toList();
		assertThat(commands).isNotEmpty().allSatisfy((command) -> {
			List<String> arguments = new ArrayList<>(List.of("--gateway=" + jar, "--camel=" + jar));
			Stream.of(command.replace("bench/", "../bench/").split(" "))
				.filter((argument) -> !argument.isEmpty())
				.forEach(arguments::add);
			assertThat(Options.parse(arguments.toArray(String[]::new)).paths()).isNotEmpty();
		});
	}

	@Test
	void helpIsNoMistake() throws Exception {
		assertThat(Bench.bench("--gateway=no/such.jar", "--help")).isZero();
	}

	@Test
	void unknownPathEndsWithExitCodeTwo() throws Exception {
		assertThat(Bench.bench("--raw-only", "kafka-pigeon")).isEqualTo(2);
	}

}
