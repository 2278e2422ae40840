package io.meshbridge.gateway.command;

import java.io.PrintWriter;
import java.io.StringWriter;

import io.meshbridge.rules.reference.RulesSchema;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SchemaCommandTests {

	private final StringWriter out = new StringWriter();

	private final StringWriter err = new StringWriter();

	@Test
	void printsTheSchemaAndNothingElse() {
		assertThat(Commands.named(new String[] { "schema" })).isTrue();
		assertThat(run("schema")).isZero();
		assertThat(this.out).hasToString(RulesSchema.json());
	}

	@Test
	void takesNoArguments() {
		assertThat(run("schema", "routes.yaml")).isEqualTo(2);
		assertThat(this.err.toString()).contains("Unmatched argument at index 1: 'routes.yaml'");
	}

	private int run(String... arguments) {
		return Commands.run(new PrintWriter(this.out), new PrintWriter(this.err), arguments);
	}

}
