package io.meshbridge.gateway.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import io.meshbridge.gateway.routes.CompiledRules;
import io.meshbridge.gateway.routes.RuleFiles;
import io.meshbridge.rules.RulesException;
import io.meshbridge.rules.lint.Finding;
import io.meshbridge.rules.lint.Severity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code meshbridge lint}: all that is wrong with rules, and what is allowed and probably
 * not meant.
 */
@Command(name = "lint", sortOptions = false,
		description = "Says what is wrong with rules, and what is allowed and probably not meant.",
		exitCodeListHeading = "%nExit codes:%n", exitCodeList = { "0:nothing worse than a warning",
				"1:an error, or a warning with --strict", "2:wrong arguments" })
final class LintCommand implements Callable<Integer> {

	@Parameters(paramLabel = "FILE", arity = "0..*",
			description = "Files with routes, and application.yml files with the binders they name; together they are"
					+ " one configuration. Without any: what a gateway started in this folder would read.")
	private List<Path> files = new ArrayList<>();

	@Option(names = "--strict", description = "Warnings fail too.")
	private boolean strict;

	@Option(names = "--ignore", paramLabel = "CHECK", split = ",",
			description = "Leaves out what a check finds; its name stands in brackets at the end of each line.")
	private Set<String> ignored = Set.of();

	@Option(names = "--format", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES}; default text.")
	private Format format = Format.text;

	@Spec
	private CommandSpec spec = CommandSpec.create();

	@Override
	public Integer call() {
		List<Finding> findings = new ArrayList<>();
		int routes = 0;
		try {
			CompiledRules rules = RuleFiles.read(this.files).compiled();
			routes = rules.table().routes().size();
			findings.addAll(rules.findings());
		}
		catch (RulesException ex) {
			ex.problems().stream().map(Finding::of).forEach(findings::add);
		}
		findings.removeIf((finding) -> finding.check() != null && this.ignored.contains(finding.check()));
		PrintWriter out = this.spec.commandLine().getOut();
		if (this.format == Format.json) {
			out.println(JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(findings));
		}
		else {
			findings.forEach(out::println);
			out.println(summary(findings, routes));
		}
		return findings.stream().anyMatch(this::fails) ? 1 : 0;
	}

	private boolean fails(Finding finding) {
		return finding.severity() == Severity.ERROR || (this.strict && finding.severity() == Severity.WARNING);
	}

	private static String summary(List<Finding> findings, int routes) {
		String counts = Arrays.stream(Severity.values())
			.map((severity) -> count(findings.stream().filter((finding) -> finding.severity() == severity).count(),
					severity.toString()))
			.filter((count) -> !count.startsWith("0 "))
			.collect(Collectors.joining(", "));
		boolean compiled = findings.stream().noneMatch((finding) -> finding.severity() == Severity.ERROR);
		return (compiled ? count(routes, "route") + ": " : "") + (counts.isEmpty() ? "nothing found" : counts);
	}

	private static String count(long number, String name) {
		return number + " " + name + ((number == 1) ? "" : "s");
	}

	/**
	 * What findings are printed as.
	 */
	private enum Format {

		text, json

	}

}
