package io.meshbridge.sandbox.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class DemoOptionsTests {

	private final Path folder;

	private final String gateway;

	DemoOptionsTests(@TempDir Path folder) throws Exception {
		this.folder = folder;
		this.gateway = "--gateway=" + Files.createFile(folder.resolve("meshbridge.jar"));
	}

	private DemoOptions parse(String... options) throws DemoException {
		List<String> arguments = new ArrayList<>(List.of(this.gateway));
		arguments.addAll(List.of(options));
		return DemoOptions.parse(arguments);
	}

	private DemoException problem(String... options) {
		DemoException problem = catchThrowableOfType(DemoException.class, () -> parse(options));
		assertThat(problem.exitCode()).isEqualTo(2);
		return problem;
	}

	@Test
	void usesTheUsualPortsAndRunsUntilToldToStop() throws Exception {
		DemoOptions options = parse();
		assertThat(options.port(Part.HTTP)).isEqualTo(8080);
		assertThat(options.port(Part.MQTT)).isEqualTo(1883);
		assertThat(options.port(Part.ADMIN)).isEqualTo(8081);
		assertThat(options.port(Part.KAFKA)).isEqualTo(9092);
		assertThat(options.port(Part.AMQP)).isEqualTo(5672);
		assertThat(options.runFor()).isNull();
		assertThat(options.routes()).isNull();
	}

	@Test
	void takesPortsAndRoutes() throws Exception {
		Path routes = Files.createFile(this.folder.resolve("routes.yaml"));
		DemoOptions options = parse("--kafka-port=19092", "--hook-port=1", "--routes=" + routes);
		assertThat(options.port(Part.KAFKA)).isEqualTo(19092);
		assertThat(options.port(Part.HOOK)).isEqualTo(1);
		assertThat(options.routes()).isEqualTo(routes);
	}

	@Test
	void takesOptionsOfTheGatewaysJavaInTheirOrder() throws Exception {
		assertThat(parse("--gateway-java=-Xmx512m", "--gateway-java=-XX:AOTCache=my cache").javaOptions())
			.containsExactly("-Xmx512m", "-XX:AOTCache=my cache");
	}

	@ParameterizedTest
	@CsvSource({ "20s, 20", "2m, 120", "1h, 3600", "PT20S, 20", "pt1m30s, 90", "1m30s, 90" })
	void runsForATime(String text, long seconds) throws Exception {
		assertThat(parse("--for=" + text).runFor()).isEqualTo(Duration.ofSeconds(seconds));
	}

	@ParameterizedTest
	@ValueSource(strings = { "soon", "20 s", "20x", "PT" })
	void saysWhatADurationLooksLike(String text) {
		assertThat(problem("--for=" + text).problems())
			.containsExactly("--for: '" + text + "' is no duration, expected for example 20s, 5m or 1h");
	}

	@Test
	void suggestsTheUnitOfADuration() {
		assertThat(problem("--for=20")).hasMessageEndingWith("did you mean '20s'?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0s", "0.5s", "25h", "-5s" })
	void refusesDurationsOutOfRange(String text) {
		assertThat(problem("--for=" + text)).hasMessage("--for: '" + text + "' is out of range, expected 1s to 24h");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "65536", "-1", "http", "80 80", "99999999999", "0x50" })
	void refusesWhatIsNoPort(String text) {
		assertThat(problem("--http-port=" + text))
			.hasMessage("--http-port: '" + text + "' is no port, expected 1 to 65535");
	}

	@Test
	void refusesOnePortForTwoParts() {
		assertThat(problem("--kafka-port=5672"))
			.hasMessage("--kafka-port and --amqp-port are both 5672, expected different ports");
	}

	@ParameterizedTest
	@CsvSource({ "--kafak-port=1, --kafak-port, --kafka-port", "--mqttport=1, --mqttport, --mqtt-port",
			"-for=20s, -for, --for", "--route=x, --route, --routes" })
	void suggestsTheOptionThatWasMeant(String argument, String option, String meant) {
		assertThat(problem(argument))
			.hasMessage("'" + option + "' is no option of the demo, --help lists them; did you mean '" + meant + "'?");
	}

	@Test
	void suggestsNothingForWhatIsFarFromEverything() {
		assertThat(problem("--verbosity=3")).hasMessage("'--verbosity' is no option of the demo, --help lists them");
	}

	@Test
	void saysHowToGiveAValue() {
		assertThat(problem("--for", "--kafka-port=", "--routes").problems()).containsExactly(
				"--for has no value, expected --for=20s", "--kafka-port has no value, expected --kafka-port=9092",
				"--routes has no value, expected --routes=FILE");
	}

	@Test
	void saysWhichFileIsMissing() {
		assertThat(problem("--routes=/no/such/routes.yaml"))
			.hasMessage("--routes: there is no file '/no/such/routes.yaml'");
	}

	@Test
	void saysAllProblemsAtOnce() {
		assertThat(problem("--kafak-port=1", "--http-port=x", "--for=never").problems()).hasSize(3);
	}

	@Test
	void needsAGateway() {
		assertThat(catchThrowableOfType(DemoException.class, () -> DemoOptions.parse(List.of())))
			.hasMessage("--gateway is missing, expected --gateway=FILE with the gateway's jar");
	}

	@Test
	void handsOptionsWithADotOnToTheGateway() throws Exception {
		assertThat(parse("--meshbridge.max-event-size=2MB", "--debug.x").gatewayOptions())
			.containsExactly("--meshbridge.max-event-size=2MB", "--debug.x");
	}

	@Test
	void listsEveryOptionInItsHelp() {
		for (Part part : Part.values()) {
			assertThat(DemoOptions.USAGE).contains("--" + part.option() + "=" + part.defaultPort());
		}
	}

}
