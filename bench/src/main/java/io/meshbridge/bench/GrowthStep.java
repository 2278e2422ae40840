package io.meshbridge.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.meshbridge.bench.growth.Curve;
import io.meshbridge.bench.load.EventSeries;

/**
 * What the gateway has to do at one step of a curve.
 *
 * @param curve what grows
 * @param value how far it has grown
 * @param warmUp number of events before the measured part
 * @param measured number of events of that
 */
record GrowthStep(Curve curve, int value, long warmUp, long measured) {

	/** About what a small machine carries in a second, so that all steps take as long. */
	private static final int KAFKA_EVENTS = 60_000;

	private static final int KAFKA_MIB = 100;

	private static final int HTTP_EVENTS = 12_000;

	private static final int HTTP_EVENTS_OF_CONNECTION = 600;

	private static final int MQTT_EVENTS = 6000;

	private static final int MQTT_EVENTS_OF_CONNECTION = 300;

	private static final int BACKLOG_WARM_UP = 30_000;

	static GrowthStep of(Curve curve, int value, int seconds) {
		return switch (curve) {
			case ROUTES, PARTITIONS -> alike(curve, value, (long) seconds * KAFKA_EVENTS);
			case TARGETS -> alike(curve, value, (long) seconds * KAFKA_EVENTS / value);
			case SIZE -> alike(curve, value, seconds * Math.min(KAFKA_EVENTS, KAFKA_MIB * 1024L / value));
			case HTTP_CONNECTIONS -> new GrowthStep(curve, value, (long) seconds * HTTP_EVENTS,
					seconds * Math.min(HTTP_EVENTS, (long) value * HTTP_EVENTS_OF_CONNECTION));
			case MQTT_CONNECTIONS -> new GrowthStep(curve, value, (long) seconds * MQTT_EVENTS,
					seconds * Math.min(MQTT_EVENTS, (long) value * MQTT_EVENTS_OF_CONNECTION));
			case BACKLOG -> new GrowthStep(curve, value, BACKLOG_WARM_UP, (long) value - BACKLOG_WARM_UP);
		};
	}

	private static GrowthStep alike(Curve curve, int value, long events) {
		return new GrowthStep(curve, value, events, events);
	}

	BenchPath path() {
		return (this.curve == Curve.HTTP_CONNECTIONS) ? BenchPath.HTTP_KAFKA : BenchPath.KAFKA_KAFKA;
	}

	boolean sendsWhileItRuns() {
		return this.curve == Curve.HTTP_CONNECTIONS || this.curve == Curve.MQTT_CONNECTIONS;
	}

	long events() {
		return this.warmUp + this.measured;
	}

	int targets() {
		return (this.curve == Curve.TARGETS) ? this.value : 1;
	}

	int partitions() {
		return (this.curve == Curve.PARTITIONS) ? this.value : 4;
	}

	int dataBytes() {
		return (this.curve == Curve.SIZE) ? this.value * 1024 : EventSeries.DATA_BYTES;
	}

	/**
	 * At least one for each connection.
	 */
	int keys() {
		return sendsWhileItRuns() ? Math.max(TestBed.KEYS, this.value) : TestBed.KEYS;
	}

	/**
	 * The topics that it writes.
	 */
	List<String> out(String name) {
		return IntStream.range(0, targets()).mapToObj((target) -> name + "-out-" + target).toList();
	}

	/**
	 * The gateway's routes. One of them takes each event, the one in the middle.
	 * @param in topic; not looked at over HTTP and MQTT
	 */
	String routes(String name, String in) {
		int count = (this.curve == Curve.ROUTES) ? this.value : 1;
		String from = switch (this.curve) {
			case HTTP_CONNECTIONS -> "http:/" + name;
			case MQTT_CONNECTIONS -> "mqtt:" + name + "/+";
			default -> "kafka:" + in;
		};
		String key = sendsWhileItRuns() ? ", key: partitionkey" : "";
		List<String> to = new ArrayList<>();
		out(name).forEach((topic) -> to.add("{ uri: \"kafka:%s\"%s }".formatted(topic, key)));
		StringBuilder routes = new StringBuilder("routes:\n");
		for (int route = 0; route < count; route++) {
			String type = (route == count / 2) ? EventSeries.TYPE : "io.meshbridge.bench.other-" + route;
			routes.append("""
					  - id: route-%d
					    from: "%s"
					    group: %s
					    accept: delivered
					    filters: { exact: { type: %s } }
					    to: [ %s ]
					""".formatted(route, from, name, type, String.join(", ", to)));
		}
		return routes.toString();
	}

}
