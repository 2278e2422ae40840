package io.meshbridge.gateway.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class LintCommandTests {

	private final StringWriter out = new StringWriter();

	private final StringWriter err = new StringWriter();

	@TempDir
	private Path folder = Path.of(".");

	@Test
	void findsNothingInGoodRules() throws IOException {
		assertThat(lint(file("routes.yaml", "routes: [{id: a, from: kafka:a, to: rabbit:b}]"))).isZero();
		assertThat(this.out).hasToString("1 route: nothing found" + System.lineSeparator());
	}

	@Test
	void saysEveryErrorAsTheStartOfTheGatewayWould() throws IOException {
		Path file = file("routes.yaml", """
				routes:
				  - {id: a, from: kafak:a, to: kafka:b}
				  - {id: a, from: kafka:a}
				""");
		assertThat(lint(file)).isEqualTo(1);
		assertThat(this.out.toString().lines()).containsExactly(file
				+ ":2:19: error: routes[0] (a).from: 'kafak:a' names the unknown binder"
				+ " 'kafak', expected one of amqp10, channel, http, kafka, mqtt, queue, rabbit; did you mean 'kafka'?",
				file + ":3:5: error: routes[1] (a): required key 'to' is missing, expected an endpoint such as"
						+ " 'to: kafka:orders', or a list of them",
				file + ":3:10: error: routes[1] (a).id: 'a' is the id of another route too, at " + file
						+ ":2:10, expected a unique one",
				"3 errors");
	}

	@Test
	void knowsTheBrokersThatTheApplicationFileNames() throws IOException {
		Path settings = file("application-plants.yml", """
				spring.cloud.stream.binders: {plant-a: {type: mqtt}}
				spring.cloud.stream.bindings: {out: {destination: x, binder: kafka}}
				meshbridge.routes: [{id: b, from: "plant-a:a/#", to: "kafka:${there:b}"}]
				""");
		assertThat(lint(settings, file("r.yaml", "routes: [{id: a, from: plant-a:a, to: out}]"))).isZero();
		assertThat(this.out).hasToString("2 routes: nothing found" + System.lineSeparator());
	}

	@Test
	void findsUnknownPropertiesOfTheApplicationFile() throws IOException {
		assertThat(lint(file("gateway.yaml", "meshbridge: {dataa-dir: x, routes: []}"))).isEqualTo(1);
		assertThat(this.out.toString()).contains(
				"gateway.yaml:1:25: error: meshbridge.dataa-dir: unknown property; did you mean 'meshbridge.data-dir'?");
	}

	@Test
	void findsWhatTheStartFindsWithTheSettings() throws IOException {
		Path routes = file("r.yaml", """
				delivery: {dead-letter-sink: none}
				routes:
				  - {id: a, from: kafka:a, to: 'channel:..'}
				  - {id: b, from: kafka:b, schema: {registry: true}, to: kafka:c}
				""");
		assertThat(lint(routes, file("application-kafka.yml", "meshbridge.channels: {backing: kafka, prefix: ''}")))
			.isEqualTo(1);
		assertThat(this.out.toString().lines()).containsExactly(routes
				+ ":3:5: error: route a: 'channel:..' is '..' at 'kafka', which is no name of a topic, expected 1 to 249"
				+ " letters, digits, '.', '_' or '-'",
				routes + ":4:5: error: b: asks a schema registry, and there is none; expected"
						+ " meshbridge.schema-registry.url to be set",
				"2 errors");
		this.out.getBuffer().setLength(0);
		assertThat(lint(file("application-mqtt.yml", "meshbridge.channels.backing: mqtt"))).isEqualTo(1);
		assertThat(this.out.toString()).contains(
				"application-mqtt.yml:1:30: error: meshbridge.channels.backing: 'mqtt' is a binder of type 'mqtt',"
						+ " which can't hold channels; expected one of amqp10, embedded, kafka, rabbit");
		assertThat(lint(file("application-hops.yml", "meshbridge: {max-reply-hops: 0, max-event-size: big}")))
			.isEqualTo(1);
		assertThat(this.out.toString()).contains("application-hops.yml:1:49: error: meshbridge.max-event-size: ");
		assertThat(lint(file("application-hops.yml", "meshbridge: {max-reply-hops: 0}"))).isEqualTo(1);
		assertThat(this.out.toString())
			.contains("error: meshbridge: meshbridge.max-reply-hops is 0, expected at least 1");
	}

	@Test
	void takesADefaultForAllRoutesFromItsFile() throws IOException {
		Path file = file("r.yaml",
				"{delivery: {dead-letter-sink: none}, routes: [{id: a, from: kafka:a, to: kafka:b}]}");
		assertThat(lint(file)).isZero();
		assertThat(this.out).hasToString("1 route: nothing found" + System.lineSeparator());
	}

	@Test
	void warnsAndFailsForItWhenToldSo() throws IOException {
		Path file = file("r.yaml", "routes: [{id: a, from: kafka:a, to: channel:x}]");
		assertThat(lint(file)).isZero();
		assertThat(this.out.toString()).contains(":1:37: warning: routes[0] (a).to: no route here reads 'channel:x'",
				"1 route: 1 warning");
		assertThat(run("lint", "--strict", file.toString())).isEqualTo(1);
		assertThat(run("lint", "--strict", "--ignore", "unread,loop", file.toString())).isZero();
	}

	@Test
	void writesJsonForOtherPrograms() throws IOException {
		run("lint", "--format=json", file("r.yaml", "routes: [{id: a, from: kafka:a, to: channel:x}]").toString());
		assertThat(this.out.toString()).contains("\"severity\" : \"warning\"", "\"check\" : \"unread\"",
				"\"line\" : 1");
	}

	@Test
	void saysWhenThereIsNoSuchFile() {
		Path missing = this.folder.resolve("missing.yaml");
		assertThat(lint(missing)).isEqualTo(1);
		assertThat(this.out.toString()).startsWith(missing + ": error: file: does not exist");
		assertThat(lint(this.folder.resolve("application.yml"))).isEqualTo(1);
	}

	@Test
	void saysWhatIsWrongWithItsArguments() {
		assertThat(run("lint", "--strct")).isEqualTo(2);
		assertThat(this.err.toString()).contains("Unknown option: '--strct'", "--strict");
	}

	@Test
	void leavesSettingsToTheGateway() {
		assertThat(Commands.named(new String[] {})).isFalse();
		assertThat(Commands.named(new String[] { "--meshbridge.http.port=1" })).isFalse();
		assertThat(Commands.named(new String[] { "lint" })).isTrue();
		assertThat(Commands.named(new String[] { "--version" })).isTrue();
	}

	private Path file(String name, String text) throws IOException {
		return Files.writeString(this.folder.resolve(name), text);
	}

	private int lint(Path... files) {
		List<String> arguments = new ArrayList<>(List.of("lint"));
		for (Path file : files) {
			arguments.add(file.toString());
		}
		return run(arguments.toArray(String[]::new));
	}

	private int run(String... arguments) {
		return Commands.run(new PrintWriter(this.out, true), new PrintWriter(this.err, true), arguments);
	}

}
