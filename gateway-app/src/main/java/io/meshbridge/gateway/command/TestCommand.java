package io.meshbridge.gateway.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import io.meshbridge.gateway.explain.CaseRunner;
import io.meshbridge.gateway.explain.Explainer;
import io.meshbridge.gateway.routes.RuleFiles;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RuleCase;
import io.meshbridge.rules.RulesException;
import io.meshbridge.rules.lint.Finding;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code meshbridge test}: runs the tests that stand beside rules.
 */
@Command(name = "test", sortOptions = false,
		description = "Runs tests of rules: what comes in, and what is expected to leave. Nothing is sent.",
		exitCodeListHeading = "%nExit codes:%n",
		exitCodeList = { "0:all is as expected",
				"1:something is not, or can't be read, or no case takes a route" + " with --all-routes",
				"2:wrong arguments" })
final class TestCommand implements Callable<Integer> {

	@Parameters(paramLabel = "FILE", arity = "1..*", description = "Files with cases.")
	private List<Path> files = new ArrayList<>();

	@Option(names = { "--routes", "-r" }, paramLabel = "FILE",
			description = "Files with the rules, instead of those that the cases name; as for lint.")
	private List<Path> rules = new ArrayList<>();

	@Option(names = "--all-routes", description = "A route that no case takes fails too.")
	private boolean allRoutes;

	@Option(names = "--junit", paramLabel = "FILE", description = "Writes the results as JUnit XML.")
	private @Nullable Path junit;

	@Spec
	private CommandSpec spec = CommandSpec.create();

	@Override
	public Integer call() {
		PrintWriter out = this.spec.commandLine().getOut();
		PrintWriter err = this.spec.commandLine().getErr();
		List<JUnitReport.Result> results = new ArrayList<>();
		boolean failed = false;
		for (Path file : this.files) {
			try {
				failed |= run(file, results, out);
			}
			catch (RulesException ex) {
				ex.problems().stream().map(Finding::of).forEach(err::println);
				failed = true;
			}
			catch (IOException ex) {
				err.println(file + ": can't be read: " + ex);
				failed = true;
			}
		}
		long wrong = results.stream().filter((result) -> !result.differences().isEmpty()).count();
		out.println(results.size() + ((results.size() == 1) ? " case, " : " cases, ") + wrong + " failed");
		if (this.junit != null) {
			try {
				JUnitReport.write(this.junit, results);
			}
			catch (IOException ex) {
				err.println(this.junit + ": can't be written: " + ex);
				failed = true;
			}
		}
		return failed ? 1 : 0;
	}

	private boolean run(Path file, List<JUnitReport.Result> results, PrintWriter out) throws IOException {
		RuleCase.CaseFile cases = RuleCase.read(file.toString(), Files.readString(file));
		RuleFiles.ReadRules read = RuleFiles.read(rules(file, cases));
		List<Route> written = read.compiled().table().routes();
		CaseRunner runner = new CaseRunner(new Explainer(read.compiled().catalog(), read.limits(), Clock.systemUTC()),
				written);
		boolean failed = false;
		for (RuleCase test : cases.cases()) {
			List<String> differences = runner.run(test);
			results.add(new JUnitReport.Result(file.toString(), test.name(), test.location().toString(), differences));
			out.println((differences.isEmpty() ? "ok    " : "FAIL  ") + test.name());
			if (!differences.isEmpty()) {
				failed = true;
				out.println("      " + test.location());
				differences.forEach((difference) -> out.println("      " + difference));
			}
		}
		List<String> untested = runner.untested();
		int routes = written.size();
		out.println(file + ": " + (routes - untested.size()) + " of " + routes + " routes are tested"
				+ (untested.isEmpty() ? "" : ", not " + String.join(", ", untested)));
		return failed || (this.allRoutes && !untested.isEmpty());
	}

	/** Those that a file of cases names stand beside it. */
	private List<Path> rules(Path file, RuleCase.CaseFile cases) {
		return this.rules.isEmpty() ? cases.routes().stream().map(file::resolveSibling).toList() : this.rules;
	}

}
