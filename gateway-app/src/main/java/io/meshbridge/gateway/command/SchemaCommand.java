package io.meshbridge.gateway.command;

import io.meshbridge.rules.reference.RulesSchema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code meshbridge schema}: what an editor must know of rules.
 */
@Command(name = "schema", description = "Prints the JSON Schema of files with rules, for editors.")
final class SchemaCommand implements Runnable {

	@Spec
	private CommandSpec spec = CommandSpec.create();

	@Override
	public void run() {
		this.spec.commandLine().getOut().print(RulesSchema.json());
		this.spec.commandLine().getOut().flush();
	}

}
