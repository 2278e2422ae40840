package io.meshbridge.sandbox.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What the user asked for on the command line.
 *
 * @param gateway the gateway's jar
 * @param javaOptions options of the gateway's JVM
 * @param ports where each part listens
 * @param runFor how long the demo runs; {@code null} for until it is told to stop
 * @param routes the user's own routes; {@code null} for the sample ones
 * @param gatewayOptions handed on to the gateway as they are
 * @param arguments all of this as the user wrote it
 */
record DemoOptions(Path gateway, List<String> javaOptions, Map<Part, Integer> ports, @Nullable Duration runFor,
		@Nullable Path routes, List<String> gatewayOptions, List<String> arguments) {

	private static final String GATEWAY = "gateway";

	private static final String JAVA = "gateway-java";

	private static final String FOR = "for";

	private static final String ROUTES = "routes";

	private static final int HIGHEST_PORT = 65_535;

	private static final Duration LONGEST = Duration.ofHours(24);

	static final String USAGE = """
			usage: ./meshbridge demo [--OPTION=VALUE ...]

			  --for=20s          end after this time (default: when you press Ctrl-C)
			  --routes=FILE      use your own routes instead of the sample ones
			  --http-port=8080   where the gateway takes events over HTTP
			  --mqtt-port=1883   the gateway's own MQTT broker
			  --admin-port=8081  the gateway's admin API
			  --kafka-port=9092  the sandbox Kafka
			  --amqp-port=5672   the sandbox AMQP 0-9-1 broker
			  --hook-port=8090   the web server that the sample routes post to

			Options with a dot in their name, such as --meshbridge.max-in-flight.events=100,
			are handed on to the gateway.
			""";

	DemoOptions {
		ports = Map.copyOf(ports);
		gatewayOptions = List.copyOf(gatewayOptions);
		arguments = List.copyOf(arguments);
	}

	int port(Part part) {
		return this.ports.getOrDefault(part, part.defaultPort());
	}

	/**
	 * Reads the arguments.
	 * @throws DemoException with everything that is wrong with them
	 */
	static DemoOptions parse(List<String> arguments) throws DemoException {
		return new Parser().parse(arguments);
	}

	/** Collects values and problems, so that all problems are said at once. */
	private static final class Parser {

		private final List<String> problems = new ArrayList<>();

		private final Map<Part, Integer> ports = new EnumMap<>(Part.class);

		private final List<String> gatewayOptions = new ArrayList<>();

		private final List<String> javaOptions = new ArrayList<>();

		private @Nullable Path gateway;

		private @Nullable Path routes;

		private @Nullable Duration runFor;

		DemoOptions parse(List<String> arguments) throws DemoException {
			for (Part part : Part.values()) {
				this.ports.put(part, part.defaultPort());
			}
			arguments.forEach(this::argument);
			requireDifferentPorts();
			if (this.gateway == null && this.problems.isEmpty()) {
				this.problems.add("--gateway is missing, expected --gateway=FILE with the gateway's jar");
			}
			if (this.gateway == null || !this.problems.isEmpty()) {
				throw new DemoException(2, this.problems);
			}
			return new DemoOptions(this.gateway, this.javaOptions, this.ports, this.runFor, this.routes,
					this.gatewayOptions, arguments);
		}

		private void argument(String argument) {
			int equals = argument.indexOf('=');
			String option = (equals < 0) ? argument : argument.substring(0, equals);
			String name = option.startsWith("--") ? option.substring(2) : "";
			if (name.contains(".")) {
				this.gatewayOptions.add(argument);
				return;
			}
			if (!known().contains(name)) {
				this.problems.add("'" + option + "' is no option of the demo, --help lists them" + didYouMean(option));
				return;
			}
			String value = (equals < 0) ? "" : argument.substring(equals + 1);
			if (value.isBlank()) {
				this.problems.add(option + " has no value, expected " + option + "=" + example(name));
				return;
			}
			switch (name) {
				case GATEWAY -> this.gateway = file(option, value);
				case JAVA -> this.javaOptions.add(value);
				case ROUTES -> this.routes = file(option, value);
				case FOR -> this.runFor = duration(option, value);
				default -> port(option, name, value);
			}
		}

		private static List<String> known() {
			return Stream.concat(Stream.of(Part.values()).map(Part::option), Stream.of(FOR, GATEWAY, JAVA, ROUTES))
				.toList();
		}

		private static String example(String name) {
			return switch (name) {
				case GATEWAY, ROUTES -> "FILE";
				case JAVA -> "-Xmx512m";
				case FOR -> "20s";
				default -> String.valueOf(Part.ofOption(name).defaultPort());
			};
		}

		private @Nullable Path file(String option, String value) {
			Path file = Path.of(value).toAbsolutePath();
			if (!Files.isRegularFile(file)) {
				this.problems.add(option + ": there is no file '" + value + "'");
				return null;
			}
			return file;
		}

		private void port(String option, String name, String value) {
			if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > HIGHEST_PORT) {
				this.problems.add(option + ": '" + value + "' is no port, expected 1 to " + HIGHEST_PORT);
				return;
			}
			this.ports.put(Part.ofOption(name), Integer.parseInt(value));
		}

		private @Nullable Duration duration(String option, String value) {
			try {
				// 20s, 2m and PT20S are all meant to work.
				String text = value.toUpperCase(Locale.ROOT);
				Duration duration = Duration.parse(text.startsWith("P") ? text : "PT" + text);
				if (duration.compareTo(Duration.ofSeconds(1)) >= 0 && duration.compareTo(LONGEST) <= 0) {
					return duration;
				}
				this.problems.add(option + ": '" + value + "' is out of range, expected 1s to 24h");
			}
			catch (DateTimeParseException ex) {
				this.problems.add(option + ": '" + value + "' is no duration, expected for example 20s, 5m or 1h"
						+ (value.matches("[0-9]+") ? "; did you mean '" + value + "s'?" : ""));
			}
			return null;
		}

		private void requireDifferentPorts() {
			for (Part one : Part.values()) {
				for (Part other : Part.values()) {
					if (one.compareTo(other) < 0 && Objects.equals(this.ports.get(one), this.ports.get(other))) {
						this.problems.add("--" + one.option() + " and --" + other.option() + " are both "
								+ this.ports.get(one) + ", expected different ports");
					}
				}
			}
		}

		private static String didYouMean(String option) {
			String best = "";
			int bestDistance = 1 + option.length() / 4;
			for (String name : known()) {
				int distance = distance(option, "--" + name);
				if (distance <= bestDistance && (best.isEmpty() || distance < bestDistance)) {
					best = name;
					bestDistance = distance;
				}
			}
			return best.isEmpty() ? "" : "; did you mean '--" + best + "'?";
		}

		/** How many letters must be typed, deleted or replaced (Levenshtein). */
		private static int distance(String one, String other) {
			int[] row = new int[other.length() + 1];
			for (int j = 0; j < row.length; j++) {
				row[j] = j;
			}
			for (int i = 1; i <= one.length(); i++) {
				int diagonal = row[0];
				row[0] = i;
				for (int j = 1; j < row.length; j++) {
					int replaced = diagonal + ((one.charAt(i - 1) == other.charAt(j - 1)) ? 0 : 1);
					diagonal = row[j];
					row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
				}
			}
			return row[other.length()];
		}

	}

}
