package io.meshbridge.gateway.command;

import java.io.PrintWriter;
import java.util.Set;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ScopeType;

/**
 * What the gateway's jar does besides running the gateway.
 */
@Command(name = "meshbridge", description = "Looks at rules without running them.",
		subcommands = { LintCommand.class, ExplainCommand.class, TestCommand.class, SchemaCommand.class,
				AsyncApiCommand.class, HelpCommand.class },
		synopsisSubcommandLabel = "COMMAND", mixinStandardHelpOptions = true, scope = ScopeType.INHERIT,
		versionProvider = Version.class)
public final class Commands {

	private static final Set<String> NAMES = Set.of("lint", "explain", "test", "schema", "asyncapi", "help", "--help",
			"-h", "--version", "-V");

	private Commands() {
	}

	/**
	 * Whether these are the arguments of a command, and not settings of the gateway.
	 */
	public static boolean named(String[] arguments) {
		return arguments.length > 0 && NAMES.contains(arguments[0]);
	}

	/**
	 * Runs a command.
	 * @return the exit code of the process: 0 all is well, 1 something was found, 2 wrong
	 * arguments
	 */
	public static int run(PrintWriter out, PrintWriter err, String... arguments) {
		return new CommandLine(new Commands()).setOut(out).setErr(err).execute(arguments);
	}

}
