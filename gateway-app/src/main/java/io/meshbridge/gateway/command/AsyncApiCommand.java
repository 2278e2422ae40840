package io.meshbridge.gateway.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import io.meshbridge.gateway.asyncapi.AsyncApiDocument;
import io.meshbridge.gateway.routes.CompiledRules;
import io.meshbridge.gateway.routes.RuleFiles;
import io.meshbridge.rules.RulesException;
import io.meshbridge.rules.lint.Finding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code meshbridge asyncapi}: what a gateway with these rules receives and sends.
 */
@Command(name = "asyncapi", description = "Prints an AsyncAPI 3 document of what rules receive and send.",
		exitCodeListHeading = "%nExit codes:%n",
		exitCodeList = { "0:printed", "1:the rules can't be read", "2:wrong arguments" })
final class AsyncApiCommand implements Callable<Integer> {

	@Parameters(paramLabel = "FILE", arity = "0..*",
			description = "Files with routes and application.yml files, as for lint. Without any: what a gateway started"
					+ " in this folder would read.")
	private List<Path> files = new ArrayList<>();

	@Spec
	private CommandSpec spec = CommandSpec.create();

	@Override
	public Integer call() {
		try {
			CompiledRules rules = RuleFiles.read(this.files).compiled();
			Map<String, Object> document = AsyncApiDocument.of(rules.table().inStages().routes(), rules.catalog(),
					Version.number());
			this.spec.commandLine()
				.getOut()
				.println(JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(document));
			return 0;
		}
		catch (RulesException ex) {
			ex.problems().stream().map(Finding::of).forEach(this.spec.commandLine().getErr()::println);
			return 1;
		}
	}

}
