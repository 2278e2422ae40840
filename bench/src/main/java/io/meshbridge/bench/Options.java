package io.meshbridge.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What the user asked for.
 *
 * @param gateway jar to measure; {@code null} to measure raw bridges only
 * @param paths what to measure, at least one
 * @param runs how often each is measured; the best counts
 * @param seconds about how long the measured part of a raw run takes
 * @param latency whether to measure latency too
 * @param plain whether to send plain messages instead of CloudEvents
 * @param settings properties of the gateway, each {@code key=value}
 * @param json file for the results, or {@code null}
 * @param baseline figures to compare with, or {@code null}
 * @param writeBaseline where to write such figures, or {@code null}
 * @param camel jar of the bridge with Apache Camel, or {@code null} to leave it out
 * @param floor lowest acceptable ratio of the gateway's events/s to the raw bridge's; 0
 * to accept any
 */
record Options(@Nullable Path gateway, List<BenchPath> paths, int runs, int seconds, boolean latency, boolean plain,
		List<String> settings, @Nullable Path json, @Nullable Path baseline, @Nullable Path writeBaseline,
		@Nullable Path camel, double floor) {

	static final String USAGE = """
			usage: ./meshbridge bench [OPTION ...] [PATH ...]
			       ./meshbridge bench matching [--quick]: finding routes for an event, without broker and gateway
			       ./meshbridge bench steps [--quick]: mapping, matching, transforms and JSON, without broker and gateway
			       ./meshbridge bench growth [--help]: cost of an event against routes, targets, sizes, connections, backlogs
			  PATH          one of %s; all by default
			  --quick       short runs without latency: a first impression in three minutes
			  --runs N      measures each N times in turn and shows the best, 1 to 9 (default 1)
			  --seconds N   length of the measured part of a raw run, 1 to 600 (default 12; quick: 2)
			  --latency     measures latency with --quick too; --no-latency leaves it out
			  --plain       plain JSON messages that the gateway makes events of, instead of CloudEvents
			  --set K=V     sets a property of the gateway, as often as you like: --set meshbridge.max-in-flight.events=1000
			  --json FILE   writes the results as JSON too
			  --baseline FILE        exit code 1 if a path costs more by a quarter than FILE says; short runs, the best of up to 3
			  --write-baseline FILE  writes such figures, the best of 3 short runs
			  --floor R     exit code 1 if the gateway has less than R times the raw events/s, 0 to 1 (default 0)
			  --peer camel  measures Apache Camel too, on the paths from broker to broker and HTTP
			  --raw-only    leaves the gateway out
			  --help        prints this
			"""
		.formatted(BenchPath.labels());

	Options {
		paths = List.copyOf(paths);
		settings = List.copyOf(settings);
	}

	/**
	 * What is compared on a path, the yardstick first.
	 */
	List<Side> sides(BenchPath path) {
		List<Side> sides = new ArrayList<>();
		sides.add(Side.RAW);
		if (this.gateway != null) {
			sides.add(Side.GATEWAY);
		}
		if (this.camel != null && path.usesKafka()) {
			sides.add(Side.CAMEL);
		}
		return sides;
	}

	/**
	 * Options of the JVMs of all sides. For a baseline, the simple compiler only: the
	 * other one would still be at work in a short run, and its part of the CPU time
	 * differ from run to run.
	 */
	List<String> javaOptions() {
		boolean guard = this.baseline != null || this.writeBaseline != null;
		return guard ? List.of("-XX:TieredStopAtLevel=1") : List.of();
	}

	/**
	 * How long events come at full speed before latency is measured.
	 */
	int warmUpSeconds() {
		return Math.max(2, this.seconds / 3);
	}

	/**
	 * How long latency is measured at each rate.
	 */
	int latencySeconds() {
		return Math.max(2, this.seconds * 2 / 3);
	}

	/**
	 * Reads the command line.
	 * @throws IllegalArgumentException with all that is wrong with it, a line for each
	 */
	static Options parse(String... arguments) {
		return new Reader(new CommandLine(arguments)).read();
	}

	private static final class Reader {

		private final CommandLine line;

		Reader(CommandLine line) {
			this.line = line;
		}

		Options read() {
			Set<BenchPath> paths = new LinkedHashSet<>();
			List<String> settings = new ArrayList<>();
			Path gateway = null;
			Path json = null;
			Path baseline = null;
			Path writeBaseline = null;
			boolean peer = false;
			Path camel = null;
			boolean quick = false;
			Boolean latency = null;
			boolean plain = false;
			boolean rawOnly = false;
			int runs = 0;
			int seconds = 0;
			double floor = 0;
			for (String argument = this.line.next(); argument != null; argument = this.line.next()) {
				switch (CommandLine.name(argument)) {
					case "--quick" -> quick = true;
					case "--latency" -> latency = true;
					case "--no-latency" -> latency = false;
					case "--plain" -> plain = true;
					case "--raw-only" -> rawOnly = true;
					case "--runs" -> runs = this.line.wholeNumber(argument, 1, 9);
					case "--seconds" -> seconds = this.line.wholeNumber(argument, 1, 600);
					case "--floor" -> floor = this.line.number(argument, 0, 1);
					case "--set" -> this.line.setting(argument, settings);
					case "--json" -> json = this.line.file(argument);
					case "--baseline" -> baseline = this.line.file(argument);
					case "--write-baseline" -> writeBaseline = this.line.file(argument);
					case "--gateway" -> gateway = this.line.file(argument);
					case "--peer" -> peer = peer(argument) || peer;
					case "--camel" -> camel = this.line.file(argument);
					default -> path(argument, paths);
				}
			}
			if (rawOnly) {
				gateway = null;
			}
			else if (gateway == null && this.line.good()) {
				this.line.problem("--gateway is missing, expected the gateway's jar, or --raw-only");
			}
			else if (gateway != null && !Files.isRegularFile(gateway)) {
				this.line.problem("--gateway: there is no file '" + gateway + "'");
			}
			if (baseline != null && !Files.isRegularFile(baseline)) {
				this.line.problem("--baseline: there is no file '" + baseline + "'; --write-baseline writes one");
			}
			if (rawOnly && (baseline != null || writeBaseline != null)) {
				this.line.problem("a baseline is about the gateway, so it can't be left out with --raw-only");
			}
			if (peer && (camel == null || !Files.isRegularFile(camel))) {
				this.line.problem("--peer camel: it is not built, expected --camel=JAR");
			}
			this.line.check();
			boolean guard = baseline != null || writeBaseline != null;
			boolean brief = quick || guard;
			return new Options(gateway, paths.isEmpty() ? List.of(BenchPath.values()) : List.copyOf(paths),
					(runs > 0) ? runs : (guard ? 3 : 1), (seconds > 0) ? seconds : (brief ? 2 : 12),
					(latency != null) ? latency : !brief, plain, settings, json, baseline, writeBaseline,
					peer ? camel : null, floor);
		}

		private void path(String argument, Set<BenchPath> paths) {
			BenchPath path = BenchPath.of(argument);
			if (path != null) {
				paths.add(path);
			}
			else if (argument.startsWith("-")) {
				this.line.problem("unknown option '" + argument
						+ "', expected one of --quick, --runs, --seconds, --latency, --no-latency, --plain, --set, --json, --baseline, --write-baseline, --floor, --peer, --raw-only");
			}
			else {
				this.line.problem("unknown path '" + argument + "', expected one of " + BenchPath.labels());
			}
		}

		private boolean peer(String argument) {
			String value = this.line.value(argument);
			if (value == null || value.equals("camel")) {
				return true;
			}
			this.line.problem("--peer: unknown peer '" + value + "', expected camel");
			return false;
		}

	}

}
