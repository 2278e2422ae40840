package io.meshbridge.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.meshbridge.bench.growth.Point;
import io.meshbridge.bench.load.Arrivals;
import io.meshbridge.bench.load.EventSeries;
import io.meshbridge.bench.load.HttpLoad;
import io.meshbridge.bench.load.KafkaEvents;
import io.meshbridge.bench.load.MqttPublishers;
import io.meshbridge.bench.load.Receiver;
import io.meshbridge.sandbox.FreePort;
import org.jspecify.annotations.Nullable;

/**
 * Measures steps of curves, one after the other, over the same Kafka.
 */
final class GrowthTrial implements AutoCloseable {

	private final GrowthOptions options;

	private final Workplace workplace;

	private final KafkaEvents kafka;

	private final AtomicReference<@Nullable Contestant> running = new AtomicReference<>();

	private @Nullable Filled filled;

	private int runs;

	private int mqttPort;

	/**
	 * A topic that holds all events of a step.
	 */
	private record Filled(String topic, EventSeries series, int partitions, long events) {

		boolean fits(GrowthStep step) {
			return this.partitions == step.partitions() && this.events == step.events()
					&& this.series.dataBytes() == step.dataBytes();
		}
	}

	/**
	 * Begins, with a Kafka that runs.
	 */
	GrowthTrial(GrowthOptions options, Workplace workplace) {
		this.options = options;
		this.workplace = workplace;
		this.kafka = new KafkaEvents(workplace.brokers().kafka());
	}

	/**
	 * Measures one step; what goes wrong is part of the result.
	 */
	Point run(GrowthStep step, boolean gateway) throws InterruptedException {
		this.running.set(null);
		try {
			return measure(step, gateway);
		}
		catch (IOException | ExecutionException | TimeoutException | RuntimeException ex) {
			Contestant contestant = this.running.get();
			return Point.failed(step.value(),
					ex + ((contestant != null) ? "\n" + contestant.process().lastWords() : ""));
		}
		finally {
			stop();
		}
	}

	private Point measure(GrowthStep step, boolean gateway)
			throws IOException, ExecutionException, TimeoutException, InterruptedException {
		String name = step.curve().label() + "-" + (++this.runs);
		EventSeries series = step.sendsWhileItRuns() ? series(name, step) : filled(name, step).series();
		Arrivals arrivals = new Arrivals(series, step.targets(), step.warmUp(), step.measured(), this::cpuNanos);
		List<String> topics = step.out(name);
		this.kafka.create(topics, step.partitions());
		try (Receiver receiver = this.kafka.receive(topics, step.partitions(), arrivals)) {
			Contestant contestant = gateway ? startGateway(name, step) : startRaw(name, step);
			this.running.set(contestant);
			send(step, name, contestant, series, arrivals);
			arrivals.await(TestBed.IDLE, Duration.ofSeconds(120 + this.options.seconds() * 20L));
			TimeUnit.MILLISECONDS.sleep(TestBed.LINGER.toMillis());
			if (receiver.failure() != null) {
				return Point.failed(step.value(), "the target can't be read: " + receiver.failure());
			}
			if (!contestant.process().alive()) {
				return Point.failed(step.value(), "it ended by itself:\n" + contestant.process().lastWords());
			}
			return point(step, arrivals.count());
		}
		finally {
			stop();
			this.kafka.delete(topics);
		}
	}

	private static Point point(GrowthStep step, Arrivals.Count count) {
		return new Point(step.value(), count.eventsPerSecond() / step.targets(),
				count.cpuMicrosPerEvent() * step.targets(), count.lost(), count.duplicated(), count.reordered(), null);
	}

	private EventSeries series(String name, GrowthStep step) {
		return new EventSeries("%08x".formatted((name + System.nanoTime()).hashCode()), step.keys(), true,
				step.dataBytes());
	}

	/**
	 * What the last step was given if that fits, for filling takes longer than reading.
	 */
	private Filled filled(String name, GrowthStep step)
			throws ExecutionException, TimeoutException, InterruptedException {
		Filled last = this.filled;
		if (last != null && last.fits(step)) {
			return last;
		}
		if (last != null) {
			this.filled = null;
			this.kafka.delete(last.topic());
		}
		Filled next = new Filled(name + "-in", series(name, step), step.partitions(), step.events());
		this.kafka.create(List.of(next.topic()), next.partitions());
		this.kafka.fill(next.topic(), next.series(), next.events());
		this.filled = next;
		return next;
	}

	private String in() {
		return (this.filled != null) ? this.filled.topic() : "";
	}

	private Contestant startRaw(String name, GrowthStep step) throws IOException, InterruptedException {
		return Contestant.raw(step.path(), new Contestant.Lane(name, in(), step.out(name).get(0)), List.of(),
				this.workplace.brokers(), this.workplace.folder());
	}

	private Contestant startGateway(String name, GrowthStep step) throws IOException, InterruptedException {
		Path jar = this.options.gateway();
		if (jar == null) {
			throw new IllegalStateException("there is no gateway to measure");
		}
		Path folder = this.workplace.folder();
		Path routes = Files.writeString(folder.resolve(name + ".yaml"), step.routes(name, in()),
				StandardCharsets.UTF_8);
		int adminPort = FreePort.any();
		int httpPort = FreePort.any();
		this.mqttPort = FreePort.any();
		List<String> command = new ArrayList<>(List.of("-Xmx1g"));
		command.addAll(Contestant.userOptions());
		command.addAll(List.of("-jar", jar.toAbsolutePath().toString(), "--server.port=" + adminPort,
				"--meshbridge.http.port=" + httpPort, "--meshbridge.routes-file=" + routes,
				"--meshbridge.data-dir=" + folder.resolve(name + "-data"),
				"--spring.kafka.bootstrap-servers=" + this.workplace.brokers().kafka()));
		switch (step.curve()) {
			case MQTT_CONNECTIONS -> {
				command.add("--meshbridge.embedded-broker.mqtt.port=" + this.mqttPort);
				command.add("--meshbridge.embedded-broker.amqp.port=" + FreePort.any());
			}
			case SIZE -> {
				command.add("--meshbridge.embedded-broker.enabled=false");
				// One MiB of data and its attributes are more than the default.
				command.add("--meshbridge.max-event-size=2MB");
			}
			default -> command.add("--meshbridge.embedded-broker.enabled=false");
		}
		this.options.settings().forEach((setting) -> command.add("--" + setting));
		return Contestant.bound(ChildProcess.startJava("gateway-" + name, folder, command), adminPort, httpPort);
	}

	/**
	 * Warms up over as many connections at each step, and goes on over its own.
	 */
	private void send(GrowthStep step, String name, Contestant contestant, EventSeries series, Arrivals arrivals)
			throws IOException {
		switch (step.curve()) {
			case HTTP_CONNECTIONS -> {
				int port = contestant.httpPort();
				new HttpLoad(port, "/" + name, series, step.warmUp(), (data) -> {
				}).send();
				new HttpLoad(port, "/" + name, series, step.events(), (data) -> {
				}).from(step.warmUp()).over(step.value()).send();
			}
			case MQTT_CONNECTIONS -> {
				MqttPublishers publishers = new MqttPublishers(this.mqttPort, name, series, arrivals);
				publishers.send(0, step.warmUp(), HttpLoad.CONNECTIONS);
				publishers.send(step.warmUp(), step.events(), step.value());
			}
			default -> {
				// Is there already.
			}
		}
	}

	private long cpuNanos() {
		Contestant contestant = this.running.get();
		return (contestant != null) ? contestant.process().cpuNanos() : 0;
	}

	private void stop() {
		Contestant contestant = this.running.get();
		if (contestant != null) {
			contestant.close();
		}
	}

	@Override
	public void close() {
		stop();
		this.kafka.close();
	}

}
