package io.meshbridge.bench.growth;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Something that grows, while all else stays as it is.
 */
public enum Curve {

	/** Routes that read one topic, of which each event matches one. */
	ROUTES("routes on one source", List.of(1, 10, 100, 1000, 10_000), List.of(1, 100, 10_000)),

	/** Topics that one route sends each event to. */
	TARGETS("targets of one route", List.of(1, 10, 100), List.of(1, 10)),

	/** KiB of data in each event. */
	SIZE("size of an event's data", List.of(1, 16, 256, 1024), List.of(1, 256)),

	/** Connections that post events, one at a time on each. */
	HTTP_CONNECTIONS("HTTP connections", List.of(1, 10, 100, 1000, 5000), List.of(1, 100, 1000)),

	/**
	 * Clients of the embedded broker that publish events, one at a time each, under a
	 * topic of their own.
	 */
	MQTT_CONNECTIONS("MQTT connections to the embedded broker", List.of(1, 10, 100, 1000, 5000), List.of(1, 100, 1000)),

	/** Partitions of the topic that is read, and of the one that is written. */
	PARTITIONS("partitions of source and target", List.of(1, 2, 4, 8, 16), List.of(1, 16)),

	/** Events that wait in the topic when the gateway starts. */
	BACKLOG("events that wait", List.of(100_000, 300_000, 1_000_000), List.of(100_000, 300_000));

	/** How much above linear is still noise. */
	private static final double TOLERANCE = 1.25;

	private final String title;

	private final List<Integer> steps;

	private final List<Integer> quickSteps;

	Curve(String title, List<Integer> steps, List<Integer> quickSteps) {
		this.title = title;
		this.steps = steps;
		this.quickSteps = quickSteps;
	}

	/**
	 * What users call it, such as {@code http-connections}.
	 */
	public String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * What grows, in words.
	 */
	String title() {
		return this.title;
	}

	/**
	 * The values that are measured, from small to large.
	 */
	public List<Integer> steps(boolean quick) {
		return quick ? this.quickSteps : this.steps;
	}

	/**
	 * Whether the raw bridge can do the same, which says how much of a curve is that of
	 * brokers and clients.
	 */
	public boolean hasRaw() {
		return this == SIZE || this == HTTP_CONNECTIONS || this == PARTITIONS || this == BACKLOG;
	}

	/**
	 * A step as people write it.
	 */
	String text(int step) {
		if (this != SIZE) {
			return "%,d".formatted(step);
		}
		return (step < 1024) ? step + " KiB" : step / 1024 + " MiB";
	}

	/**
	 * What must not grow faster than its steps: the cost of an event, and for a backlog
	 * that of all events.
	 */
	private double cost(Point point) {
		return point.cpuMicrosPerEvent() * ((this == BACKLOG) ? point.step() : 1);
	}

	/**
	 * The power of the step with which its cost grew since the one before: 0 where it
	 * stays, 1 where it is linear.
	 */
	double power(Point before, Point point) {
		return Math.log(cost(point) / cost(before)) / Math.log((double) point.step() / before.step());
	}

	/**
	 * Whether the cost grew faster than the step, by more than a quarter, which is left
	 * to noise.
	 */
	boolean worseThanLinear(Point before, Point point) {
		return cost(point) / cost(before) > TOLERANCE * point.step() / before.step();
	}

	/**
	 * The curve of that label, or {@code null}.
	 */
	public static @Nullable Curve of(String label) {
		return Arrays.stream(values()).filter((curve) -> curve.label().equals(label)).findFirst().orElse(null);
	}

	/**
	 * All labels, for a message.
	 */
	public static String labels() {
		return Arrays.stream(values()).map(Curve::label).collect(Collectors.joining(", "));
	}

}
