package io.meshbridge.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.meshbridge.bench.growth.Curve;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class GrowthOptionsTests {

	private static final String COMMAND = "./meshbridge bench growth";

	@Test
	void measuresAllCurvesByDefault() {
		GrowthOptions options = GrowthOptions.parse("growth", "--raw-only");
		assertThat(options.curves()).containsExactly(Curve.values());
		assertThat(options.seconds()).isEqualTo(5);
		assertThat(options.svg()).isNull();
	}

	@Test
	void takesCurvesAndOptionsInAnyOrder() {
		GrowthOptions options = GrowthOptions.parse("--raw-only", "growth", "size", "--quick", "--svg=plots",
				"http-connections", "--json", "out.json", "--set", "a=b");
		assertThat(options.curves()).containsExactly(Curve.SIZE, Curve.HTTP_CONNECTIONS);
		assertThat(options.quick()).isTrue();
		assertThat(options.seconds()).isEqualTo(2);
		assertThat(options.svg()).isEqualTo(Path.of("plots"));
		assertThat(options.json()).isEqualTo(Path.of("out.json"));
		assertThat(options.settings()).containsExactly("a=b");
	}

	@Test
	void reportsAllThatIsWrongAtOnce() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> GrowthOptions.parse("growth", "speed", "--fast", "--seconds=0", "--set=x", "--json"))
			.withMessage("""
					unknown curve 'speed', expected one of %s
					unknown option '--fast', expected one of --quick, --seconds, --set, --json, --svg, --raw-only
					--seconds: '0' is no whole number from 1 to 60
					--set: 'x' is no key=value
					--json needs a value
					--gateway: there is no file '', expected the gateway's jar, or --raw-only"""
				.formatted(Curve.labels()));
	}

	@Test
	void understandsTheCommandsInTheDocs() throws IOException {
		List<String> commands = Files.readString(Path.of("..", "docs", "performance.md"))
			.lines()
			.filter((line) -> line.startsWith(COMMAND))
			.map((line) -> line.substring(COMMAND.length()).replaceFirst("#.*", "").strip())
			.toList();
		assertThat(commands).isNotEmpty()
			.allSatisfy((command) -> GrowthOptions.parse(Stream
				.concat(Stream.of("--raw-only"), Stream.of(command.split(" ")).filter((text) -> !text.isEmpty()))
				.toArray(String[]::new)));
	}

	@Test
	void helpIsNoMistake() throws IOException {
		assertThat(GrowthBench.bench("growth", "--help")).isZero();
		assertThat(GrowthBench.bench("growth", "--raw-only", "speed")).isEqualTo(2);
	}

}
