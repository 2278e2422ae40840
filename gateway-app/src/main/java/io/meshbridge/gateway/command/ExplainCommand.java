package io.meshbridge.gateway.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.gateway.explain.Explainer;
import io.meshbridge.gateway.explain.ExplanationText;
import io.meshbridge.gateway.explain.ExplanationView;
import io.meshbridge.gateway.explain.Given;
import io.meshbridge.gateway.explain.RouteExplanation;
import io.meshbridge.gateway.routes.RuleFiles;
import io.meshbridge.rules.RulesException;
import io.meshbridge.rules.lint.Finding;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code meshbridge explain}: what rules make of one event.
 */
@Command(name = "explain", sortOptions = false,
		description = "Says which routes an event matches and why, and what would leave for each target. Nothing is sent.",
		exitCodeListHeading = "%nExit codes:%n",
		exitCodeList = { "0:explained", "1:the event or the rules can't be read", "2:wrong arguments" })
final class ExplainCommand implements Callable<Integer> {

	@Parameters(paramLabel = "EVENT",
			description = "File with one event in the CloudEvents JSON format; - reads it" + " from standard input.")
	private Path event = Path.of("-");

	@Option(names = { "--routes", "-r" }, paramLabel = "FILE", arity = "1..*",
			description = "Files with routes and application.yml files, as for lint. Without any: what a gateway started"
					+ " in this folder would read.")
	private List<Path> files = new ArrayList<>();

	@Option(names = "--from", paramLabel = "ENDPOINT",
			description = "Only routes from here, as their 'from' has it; all by default.")
	private @Nullable String from;

	@Option(names = "--key", paramLabel = "KEY", description = "Record key that the event comes with.")
	private @Nullable String key;

	@Option(names = "--format", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES}; default text.")
	private Format format = Format.text;

	@Spec
	private CommandSpec spec = CommandSpec.create();

	@Override
	public Integer call() {
		PrintWriter out = this.spec.commandLine().getOut();
		PrintWriter err = this.spec.commandLine().getErr();
		try {
			Given given = new Given.Event(JsonEventFormat.read(document()), this.key);
			RuleFiles.ReadRules rules = RuleFiles.read(this.files);
			List<RouteExplanation> explained = new Explainer(rules.compiled().catalog(), rules.limits(),
					Clock.systemUTC())
				.explain(rules.compiled().table().routes(), given, this.from);
			if (this.format == Format.json) {
				out.println(JsonMapper.builder()
					.build()
					.writerWithDefaultPrettyPrinter()
					.writeValueAsString(ExplanationView.of(explained)));
			}
			else {
				out.print(ExplanationText.of(explained));
				out.flush();
			}
			return 0;
		}
		catch (IOException ex) {
			err.println(this.event + ": can't be read: " + ex);
		}
		catch (UnreadableMessageException ex) {
			err.println(this.event + ": is no event: " + ex.getMessage());
		}
		catch (RulesException ex) {
			ex.problems().stream().map(Finding::of).forEach(err::println);
		}
		return 1;
	}

	private byte[] document() throws IOException {
		return this.event.equals(Path.of("-")) ? System.in.readAllBytes() : Files.readAllBytes(this.event);
	}

	/**
	 * What the explanation is printed as.
	 */
	private enum Format {

		text, json

	}

}
