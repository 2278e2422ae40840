package io.meshbridge.gateway.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class TestCommandTests {

	private final StringWriter out = new StringWriter();

	private final StringWriter err = new StringWriter();

	@TempDir
	private Path folder = Path.of(".");

	@BeforeEach
	void writeRules() throws IOException {
		file("routes.yaml",
				"""
						routes:
						  - {id: a, from: kafka:in, filters: [{exact: {type: order}}], to: [kafka:a, rabbit:a]}
						  - id: b
						    from: mqtt:plant/+/temperature
						    event: {type: reading, source: "/plant/{topic[1]}", subject: "{topic}", data-content-type: text/plain}
						    to: kafka:b
						  - id: c
						    from: kafka:in
						    filters: [{sql: "INT(n) > 1"}]
						    on-filter-error: dead-letter
						    to: kafka:c
						""");
	}

	@Test
	void succeedsWhenAllIsAsExpected() throws IOException {
		assertThat(test("""
				routes: routes.yaml
				cases:
				  - name: order
				    from: kafka:in
				    event: {type: order, subject: s, n: 0, data: {x: 1, y: [true, null]}}
				    expect:
				      - {to: kafka:a, route: a, event: {subject: s, missing: , data: {y: [true, null], x: 1}}}
				      - rabbit:a
				  - name: text
				    from: kafka:in
				    event: {type: order, n: "2", datacontenttype: text/plain, data: "1.10"}
				    expect: [{to: kafka:a, event: {data: "1.10"}}, rabbit:a, kafka:c]
				  - name: reading
				    from: mqtt:plant/+/temperature
				    message: {topic: plant/a/temperature, "topic[1]": a, data: "21.5"}
				    expect: [{to: kafka:b, event: {source: /plant/a, subject: plant/a/temperature, data: "21.5"}}]
				  - name: a filter that fails
				    from: kafka:in
				    event: {type: x, n: many}
				    expect: [{to: kafka:c, problem: "not of the type"}]
				""", "--all-routes")).as(this.out + "" + this.err).isZero();
		assertThat(this.out.toString()).contains("ok    order", "3 of 3 routes are tested", "4 cases, 0 failed");
	}

	@Test
	void saysWhatDiffers() throws IOException {
		assertThat(test("""
				routes: routes.yaml
				cases:
				  - name: wrong
				    from: kafka:in
				    event: {type: order, n: 0, data: {x: 1}}
				    expect:
				      - {to: kafka:a, event: {type: visit, subject: s, id: , data: {x: 2}}}
				      - {to: kafka:b}
				      - {to: kafka:c, problem: never}
				""")).isEqualTo(1);
		assertThat(this.out.toString().lines().map(String::strip)).containsSubsequence("FAIL  wrong",
				this.folder.resolve("cases.yaml") + ":3:5", "to kafka:a by a: type is 'order', expected 'visit'",
				"to kafka:a by a: subject is missing, expected 's'", "to kafka:a by a: id is '1', expected missing",
				"to kafka:a by a: data is {\"x\":1}, expected {\"x\":2}",
				"- to kafka:b: expected, and nothing leaves for there");
		assertThat(this.out.toString()).contains("- to kafka:c: expected, and nothing leaves for there; route c: ",
				"+ to rabbit:a by a: not expected", "not b, c", "1 case, 1 failed");
	}

	@Test
	void tellsADeadLetterOnceHoweverManyTargetsDoNotGetTheEvent() throws IOException {
		file("schema.json", "{\"required\": [\"m\"]}");
		file("routes.yaml", """
				routes:
				  - {id: filter, from: kafka:filter, filters: [{sql: "INT(n) > 1"}], on-filter-error: dead-letter,
				     to: [{uri: kafka:a, delivery: {dead-letter-sink: none}}, kafka:b]}
				  - {id: wrap, from: mqtt:wrap, event: {source: '{header.place}'}, to: [kafka:a, kafka:b]}
				  - {id: schema, from: kafka:schema, accept: durable, schema: {json: 'file:%s'}, to: [kafka:a, kafka:b]}
				  - {id: transform, from: kafka:transform, accept: durable, transform: [{data-jsonata: "$error('no')"}],
				     to: [kafka:a, kafka:b]}
				delivery: {dead-letter-sink: kafka:dead}
				""".formatted(this.folder.resolve("schema.json")));
		assertThat(test("""
				routes: routes.yaml
				cases:
				  - name: filter
				    from: kafka:filter
				    event: {n: many}
				    expect: [{to: kafka:b, problem: "FILTER: "}]
				  - name: wrap
				    from: mqtt:wrap
				    message: {topic: wrap}
				    expect: [{to: kafka:a, problem: "NOT_WRAPPED: attribute 'source'"}]
				  - name: schema
				    from: kafka:schema
				    event: {data: {}}
				    expect: [{to: channel:route.schema, problem: "SCHEMA: "}]
				  - name: transform
				    from: kafka:transform
				    event: {data: {}}
				    expect: [{to: kafka:a, problem: "TRANSFORM: "}, {to: kafka:b, problem: "TRANSFORM: "}]
				""", "--all-routes")).as(this.out + "" + this.err).isZero();
	}

	@Test
	void failsForARouteWithoutACaseWhenToldSo() throws IOException {
		String cases = """
				routes: routes.yaml
				cases: [{name: n, from: kafka:in, event: {n: 0}, expect: []}]
				""";
		assertThat(test(cases)).isZero();
		assertThat(test(cases, "--all-routes")).isEqualTo(1);
		assertThat(this.out.toString()).contains("0 of 3 routes are tested, not a, b, c");
	}

	@Test
	void writesJUnitXml() throws IOException {
		Path xml = this.folder.resolve("results.xml");
		test("""
				routes: routes.yaml
				cases:
				  - {name: good, from: kafka:in, event: {n: 0}, expect: []}
				  - {name: "bad & <ugly>", from: kafka:nowhere, event: {}, expect: []}
				""", "--junit", xml.toString());
		assertThat(xml).content()
			.contains("tests=\"2\" failures=\"1\"", "name=\"good\"", "name=\"bad &amp; &lt;ugly&gt;\"",
					"<failure message=\"no route reads 'kafka:nowhere'\">");
	}

	@Test
	void saysWhatIsWrongWithAFileOfCases() throws IOException {
		assertThat(test("""
				cases:
				  - {nam: x, event: {}, message: {}, expect: [{}]}
				  - {name: y, event: [], expect: kafka:a}
				  - {name: z}
				route: x
				""")).isEqualTo(1);
		assertThat(
				Stream.of(this.err.toString().split("\\R")).map((line) -> line.substring(line.indexOf("cases.yaml"))))
			.containsExactly(
					"cases.yaml:2:5: error: cases[0]: required key 'name' is missing, expected a name such as 'alarms go to"
							+ " Kafka'",
					"cases.yaml:2:5: error: cases[0]: has both 'event' and 'message', expected one",
					"cases.yaml:2:6: error: cases[0].nam: unknown key 'nam', expected one of event, expect, from, message,"
							+ " name; did you mean 'name'?",
					"cases.yaml:2:47: error: cases[0].expect[0]: required key 'to' is missing, expected the endpoint that"
							+ " the event goes to",
					"cases.yaml:3:34: error: cases[1].expect: 'kafka:a' is text, expected a list",
					"cases.yaml:4:5: error: cases[2]: has neither 'event' nor 'message', expected one",
					"cases.yaml:4:5: error: cases[2]: required key 'expect' is missing, expected a list of '- to:"
							+ " ENDPOINT', or [] for nothing",
					"cases.yaml:5:1: error: route: unknown key 'route', expected one of cases, routes; did you mean"
							+ " 'routes'?");
	}

	@Test
	void saysWhatIsWrongWithTheRules() throws IOException {
		file("routes.yaml", "routes: [{id: a}]");
		assertThat(test("{routes: routes.yaml, cases: []}")).isEqualTo(1);
		assertThat(this.err.toString())
			.contains("routes.yaml:1:10: error: routes[0] (a): required key 'from' is missing");
		assertThat(test("{routes: other.yaml, cases: []}")).isEqualTo(1);
		assertThat(this.err.toString()).contains("other.yaml: error: file: does not exist");
	}

	private Path file(String name, String text) throws IOException {
		return Files.writeString(this.folder.resolve(name), text);
	}

	private int test(String cases, String... options) throws IOException {
		String[] arguments = new String[2 + options.length];
		arguments[0] = "test";
		arguments[1] = file("cases.yaml", cases).toString();
		System.arraycopy(options, 0, arguments, 2, options.length);
		return Commands.run(new PrintWriter(this.out, true), new PrintWriter(this.err, true), arguments);
	}

}
