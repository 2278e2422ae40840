package io.meshbridge.gateway.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class ExplainCommandTests {

	private final StringWriter out = new StringWriter();

	private final StringWriter err = new StringWriter();

	@TempDir
	private Path folder = Path.of(".");

	private Path event = Path.of(".");

	@BeforeEach
	void writeEvent() throws IOException {
		this.event = file("event.json", """
				{"specversion": "1.0", "id": "1", "source": "/shop", "type": "order.placed", "partitionkey": "k",
				 "data": {"n": 1.10}}""");
	}

	@Test
	void saysWhatEachTargetWouldGet() throws IOException {
		Path routes = file("r.yaml", """
				routes:
				  - id: all
				    from: kafka:in
				    to:
				      - {uri: kafka:out, key: partitionkey}
				      - rabbit:out
				      - mqtt:out/a
				      - amqp10:out
				      - https://example.com/out
				      - {uri: kafka:whole, content-mode: structured}
				      - channel:c
				""");
		assertThat(explain(routes)).isZero();
		assertThat(this.out.toString().lines().map(String::strip)).containsSubsequence(
				"route all, from kafka:in (" + routes + ":2:5): matches", "everything -> true: there is no filter",
				"to kafka:out", "topic: out", "key: k", "header ce_id: 1", "body of 11 bytes: {\"n\": 1.10}",
				"to rabbit:out", "exchange: out", "header cloudEvents_type: order.placed", "to mqtt:out/a", "QoS: 1",
				"User Property source: /shop", "to amqp10:out", "application property cloudEvents_id: 1",
				"to https://example.com/out", "ce-partitionkey: k", "to kafka:whole",
				"header content-type: application/cloudevents+json", "to channel:c", "1 of 1 route matches");
	}

	@Test
	void saysWhyARouteDoesNotMatch() throws IOException {
		Path routes = file("r.yaml", """
				routes:
				  - id: a
				    from: kafka:in
				    filters: [{any: [{exact: {type: x}}, {sql: "INT(n) > 1"}]}, {prefix: {source: /shop}}]
				    to: kafka:out
				  - {id: b, from: kafka:other, to: kafka:out}
				""");
		assertThat(explain(routes, "--from", "kafka:in")).isZero();
		assertThat(this.out.toString())
			.contains("does not match", "exact: {type: x} -> false", "type is 'order.placed', expected 'x'",
					"prefix: {source: /shop} -> true", "0 of 1 route matches")
			.doesNotContain("route b");
	}

	@Test
	void saysWhyNothingIsSent() throws IOException {
		this.event = file("old.json",
				"""
						{"specversion": "1.0", "id": "1", "source": "/s", "type": "t", "expirytime": "2020-01-01T00:00:00Z"}""");
		explain(file("r.yaml", "routes: [{id: a, from: kafka:in, to: kafka:out}]"));
		assertThat(this.out.toString())
			.contains("to kafka:out: nothing is sent: EXPIRED: nobody wants the event after 2020-01-01T00:00:00Z");
	}

	@Test
	void saysWhetherAnEventThatNobodyWantsIsDropped() throws IOException {
		this.event = file("old.json", """
				{"specversion": "1.0", "id": "1", "source": "/s", "type": "t", "expirytime": "2020-01-01T00:00:00Z",
				 "at": "soon"}""");
		explain(file("r.yaml", """
				routes:
				  - {id: drops, from: kafka:in, to: kafka:a, delivery: {on-expiry: drop}}
				  - {id: fails, from: kafka:in, to: kafka:b, transform: [{data-jsonata: "$error('no')"}]}
				  - id: stores
				    from: kafka:in
				    accept: durable
				    to: kafka:c
				    transform: [{data-jsonata: "$error('no')"}]
				  - {id: waits, from: kafka:in, accept: durable, deliver-at: at, to: kafka:d}
				"""));
		assertThat(this.out.toString()).as(this.err.toString())
			.contains("to kafka:a: nothing is sent: DROPPED: nobody wants the event after 2020-01-01T00:00:00Z",
					"to kafka:b: nothing is sent: TRANSFORM: ", "to channel:route.stores: nothing is sent: EXPIRED: ",
					"to channel:route.waits: nothing is sent: DELIVER_AT: 'at' is no timestamp: ");
	}

	@Test
	void showsWhatTransformsMakeOfIt() throws IOException {
		Path schema = file("schema.json", "{\"required\": [\"m\"]}");
		explain(file("r.yaml", """
				routes:
				  - id: a
				    from: kafka:in
				    transform: [{set: {subject: "s-{id}"}}]
				    to:
				      - {uri: "kafka:out.{subject}", allow: ["out.s-*"], transform: [{remove: [partitionkey]}]}
				      - {uri: "kafka:other.{subject}", allow: ["x"]}
				      - {uri: kafka:failing, transform: [{data-jsonata: "$error('no')"}]}
				  - {id: b, from: kafka:in, schema: {json: 'file:%s'}, to: kafka:checked}
				""".formatted(schema)));
		assertThat(this.out.toString()).as(this.err.toString())
			.contains("topic: out.s-1", "header ce_subject: s-1",
					"to kafka:other.{subject}: nothing is sent: DESTINATION: ",
					"to kafka:failing: nothing is sent: TRANSFORM: transform[0].data-jsonata: ",
					"to kafka:checked: nothing is sent: SCHEMA: ");
	}

	@Test
	void writesJsonForOtherPrograms() throws IOException {
		explain(file("r.yaml", "routes: [{id: a, from: kafka:in, to: kafka:out}]"), "--format=json", "--key=k");
		JsonNode target = JsonMapper.builder().build().readTree(this.out.toString()).at("/routes/0/targets/0");
		assertThat(target.at("/wire/properties/key").asString()).isEqualTo("k");
		assertThat(target.at("/event/id").asString()).isEqualTo("1");
		assertThat(this.out.toString()).contains("1.10");
	}

	@Test
	void saysWhatIsWrongWithTheEventAndTheRules() throws IOException {
		Path wrong = file("r.yaml", "routes: [{id: a, from: kafak:in, to: kafka:out}]");
		assertThat(explain(wrong)).isEqualTo(1);
		assertThat(this.err.toString()).contains("error: routes[0] (a).from: 'kafak:in' names the unknown binder");
		this.event = file("event.json", "{}");
		assertThat(explain(wrong)).isEqualTo(1);
		assertThat(this.err.toString()).contains("event.json: is no event: attribute 'specversion' is missing");
		this.event = this.folder.resolve("missing.json");
		assertThat(explain(wrong)).isEqualTo(1);
		assertThat(this.err.toString()).contains("missing.json: can't be read");
	}

	private Path file(String name, String text) throws IOException {
		return Files.writeString(this.folder.resolve(name), text);
	}

	private int explain(Path routes, String... options) {
		String[] arguments = new String[4 + options.length];
		arguments[0] = "explain";
		arguments[1] = this.event.toString();
		arguments[2] = "--routes";
		arguments[3] = routes.toString();
		System.arraycopy(options, 0, arguments, 4, options.length);
		return Commands.run(new PrintWriter(this.out, true), new PrintWriter(this.err, true), arguments);
	}

}
