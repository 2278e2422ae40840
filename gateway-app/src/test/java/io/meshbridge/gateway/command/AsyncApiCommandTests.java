package io.meshbridge.gateway.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class AsyncApiCommandTests {

	private final StringWriter out = new StringWriter();

	private final StringWriter err = new StringWriter();

	@TempDir
	private Path folder = Path.of(".");

	@Test
	void printsADocumentOfTheRulesInFiles() throws IOException {
		assertThat(run("routes: [{id: a, from: kafka:a, to: rabbit:b}]")).isZero();
		JsonNode document = new JsonMapper().readTree(this.out.toString());
		assertThat(document.path("asyncapi").asString()).isEqualTo("3.0.0");
		assertThat(document.at("/info/version").asString()).isNotEmpty();
		assertThat(document.path("operations").propertyNames()).containsExactly("receive-a", "send-a-rabbit-b");
	}

	@Test
	void saysWhatIsWrongWithRulesInsteadOfDescribingThem() throws IOException {
		assertThat(run("routes: [{id: a, from: kafak:a, to: rabbit:b}]")).isEqualTo(1);
		assertThat(this.out.toString()).isEmpty();
		assertThat(this.err.toString()).contains("names the unknown binder 'kafak'");
	}

	private int run(String rules) throws IOException {
		return Commands.run(new PrintWriter(this.out), new PrintWriter(this.err), "asyncapi",
				Files.writeString(this.folder.resolve("routes.yaml"), rules).toString());
	}

}
