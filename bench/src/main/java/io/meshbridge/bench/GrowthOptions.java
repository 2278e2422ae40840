package io.meshbridge.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.meshbridge.bench.growth.Curve;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked {@code ./meshbridge bench growth} for.
 *
 * @param gateway jar to measure; {@code null} to measure raw bridges only
 * @param curves what to measure, at least one
 * @param quick whether to measure fewer steps
 * @param seconds about how long the measured part of a step takes
 * @param settings properties of the gateway, each {@code key=value}
 * @param json file for the results, or {@code null}
 * @param svg folder for the plots, or {@code null}
 */
record GrowthOptions(@Nullable Path gateway, List<Curve> curves, boolean quick, int seconds, List<String> settings,
		@Nullable Path json, @Nullable Path svg) {

	static final String USAGE = """
			usage: ./meshbridge bench growth [OPTION ...] [CURVE ...]
			  CURVE         one of %s; all by default
			  --quick       fewer and shorter steps
			  --seconds N   length of the measured part of a step, about, 1 to 60 (default 5; quick: 2)
			  --set K=V     sets a property of the gateway, as often as you like
			  --json FILE   writes the results as JSON too
			  --svg FOLDER  writes a plot for each curve
			  --raw-only    leaves the gateway out, and the curves that raw bridges have not
			  --help        prints this
			""".formatted(Curve.labels());

	GrowthOptions {
		curves = List.copyOf(curves);
		settings = List.copyOf(settings);
	}

	/**
	 * Reads the command line; the word {@code growth} in it is left out.
	 * @throws IllegalArgumentException with all that is wrong with it, a line for each
	 */
	static GrowthOptions parse(String... arguments) {
		return new Reader(new CommandLine(arguments)).read();
	}

	private static final class Reader {

		private final CommandLine line;

		Reader(CommandLine line) {
			this.line = line;
		}

		GrowthOptions read() {
			Set<Curve> curves = new LinkedHashSet<>();
			List<String> settings = new ArrayList<>();
			Path gateway = null;
			Path json = null;
			Path svg = null;
			boolean quick = false;
			boolean rawOnly = false;
			int seconds = 0;
			for (String argument = this.line.next(); argument != null; argument = this.line.next()) {
				switch (CommandLine.name(argument)) {
					case "growth" -> {
						// Said already.
					}
					case "--quick" -> quick = true;
					case "--raw-only" -> rawOnly = true;
					case "--seconds" -> seconds = this.line.wholeNumber(argument, 1, 60);
					case "--set" -> this.line.setting(argument, settings);
					case "--json" -> json = this.line.file(argument);
					case "--svg" -> svg = this.line.file(argument);
					case "--gateway" -> gateway = this.line.file(argument);
					default -> curve(argument, curves);
				}
			}
			if (!rawOnly && (gateway == null || !Files.isRegularFile(gateway))) {
				this.line.problem("--gateway: there is no file '" + ((gateway != null) ? gateway : "")
						+ "', expected the gateway's jar, or --raw-only");
			}
			this.line.check();
			return new GrowthOptions(rawOnly ? null : gateway,
					curves.isEmpty() ? List.of(Curve.values()) : List.copyOf(curves), quick,
					(seconds > 0) ? seconds : (quick ? 2 : 5), settings, json, svg);
		}

		private void curve(String argument, Set<Curve> curves) {
			Curve curve = Curve.of(argument);
			if (curve != null) {
				curves.add(curve);
			}
			else if (argument.startsWith("-")) {
				this.line.problem("unknown option '" + argument
						+ "', expected one of --quick, --seconds, --set, --json, --svg, --raw-only");
			}
			else {
				this.line.problem("unknown curve '" + argument + "', expected one of " + Curve.labels());
			}
		}

	}

}
