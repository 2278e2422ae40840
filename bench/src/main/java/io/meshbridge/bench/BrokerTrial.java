package io.meshbridge.bench;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.meshbridge.bench.load.Arrivals;
import io.meshbridge.bench.load.EventSeries;
import io.meshbridge.bench.load.HttpLoad;
import io.meshbridge.bench.load.HttpSink;
import io.meshbridge.bench.load.KafkaEvents;
import io.meshbridge.bench.load.MqttLoad;
import io.meshbridge.bench.load.Pace;
import io.meshbridge.bench.load.RabbitQueue;
import io.meshbridge.bench.load.Receiver;
import io.meshbridge.sandbox.FreePort;
import org.jspecify.annotations.Nullable;

/**
 * Measures how fast events that come from a broker, go to one, or both, arrive.
 */
final class BrokerTrial implements Trial {

	private final TestBed bed;

	private final KafkaEvents kafka;

	private Contestant.@Nullable Lane filled;

	private @Nullable EventSeries filledWith;

	private long filledEvents;

	BrokerTrial(TestBed bed) {
		this.bed = bed;
		this.kafka = new KafkaEvents(bed.brokers().kafka());
	}

	@Override
	public Outcome run(Side side, long measured)
			throws IOException, ExecutionException, TimeoutException, InterruptedException {
		long warmUp = measured / 2;
		Contestant.Lane lane = lane(warmUp + measured);
		EventSeries series = (this.filledWith != null) ? this.filledWith : this.bed.series(lane.name());
		Arrivals arrivals = new Arrivals(series, warmUp, measured, this.bed::cpuNanos, this.bed::allocatedBytes);
		return run(side, lane, arrivals, (contestant) -> send(contestant, lane, series, warmUp + measured, arrivals));
	}

	@Override
	public Outcome runAtPace(Side side, double eventsPerSecond)
			throws IOException, ExecutionException, TimeoutException, InterruptedException {
		Pace pace = this.bed.pace(eventsPerSecond);
		this.filled = null;
		Contestant.Lane lane = lane(pace.first());
		EventSeries series = (this.filledWith != null) ? this.filledWith : this.bed.series(lane.name());
		Arrivals arrivals = new Arrivals(series, pace);
		try {
			return run(side, lane, arrivals, (contestant) -> {
				send(contestant, lane, series, pace.first(), arrivals);
				arrivals.await(pace.first(), TestBed.IDLE, this.bed.limit());
				send(contestant, lane, series, pace, arrivals);
			});
		}
		finally {
			if (this.filled != null) {
				this.kafka.delete(this.filled.in());
				this.filled = null;
			}
		}
	}

	private Outcome run(Side side, Contestant.Lane lane, Arrivals arrivals, Sending sending)
			throws IOException, ExecutionException, TimeoutException, InterruptedException {
		if (this.bed.path().writesKafka()) {
			this.kafka.create(lane.out());
		}
		try (Receiver receiver = receiver(lane, arrivals)) {
			Contestant contestant = this.bed.start(side, lane);
			sending.to(contestant);
			arrivals.await(TestBed.IDLE, this.bed.limit());
			TimeUnit.MILLISECONDS.sleep(TestBed.LINGER.toMillis());
			Throwable failure = receiver.failure();
			if (failure != null) {
				return Outcome.failed("the target can't be read: " + failure);
			}
			if (!contestant.process().alive()) {
				return Outcome.failed("it ended by itself:" + this.bed.lastWords());
			}
			return Outcome.of(arrivals.result());
		}
		finally {
			this.bed.stopContestant();
			if (this.bed.path().writesKafka()) {
				this.kafka.delete(lane.out());
			}
		}
	}

	/**
	 * Names for one run. Topics that are read are filled once, and read by each run as
	 * another group.
	 */
	private Contestant.Lane lane(long events)
			throws IOException, ExecutionException, TimeoutException, InterruptedException {
		String name = this.bed.nextName();
		String out = (this.bed.path() == BenchPath.KAFKA_HTTP) ? "http://127.0.0.1:" + FreePort.any() + "/"
				: name + "-out";
		if (!this.bed.path().readsKafka()) {
			return new Contestant.Lane(name, (this.bed.path().usesMqtt() ? name + "/+" : "/" + name), out);
		}
		if (this.filled == null || this.filledEvents != events) {
			this.filled = null;
			Contestant.Lane lane = new Contestant.Lane(name, name + "-in", out);
			this.filledWith = this.bed.series(name);
			this.filledEvents = events;
			this.kafka.create(lane.in());
			this.kafka.fill(lane.in(), this.filledWith, events);
			this.filled = lane;
		}
		return new Contestant.Lane(name, this.filled.in(), out);
	}

	private Receiver receiver(Contestant.Lane lane, Arrivals arrivals) throws IOException, TimeoutException {
		if (this.bed.path().usesRabbit()) {
			return new RabbitQueue(this.bed.brokers().rabbitPort(), lane.out(), arrivals);
		}
		return this.bed.path().writesKafka() ? this.kafka.receive(lane.out(), arrivals)
				: new HttpSink(URI.create(lane.out()).getPort(), arrivals);
	}

	private void send(Contestant contestant, Contestant.Lane lane, EventSeries series, long count, Arrivals arrivals)
			throws IOException, InterruptedException {
		if (this.bed.path().usesMqtt()) {
			new MqttLoad(this.bed.brokers().mqttPort(), lane.name(), series).send(count, arrivals);
		}
		else if (!this.bed.path().readsKafka()) {
			new HttpLoad(contestant.httpPort(), lane.in(), series, count, (data) -> {
			}).send();
		}
	}

	private void send(Contestant contestant, Contestant.Lane lane, EventSeries series, Pace pace, Arrivals arrivals)
			throws IOException, InterruptedException {
		if (this.bed.path().usesMqtt()) {
			new MqttLoad(this.bed.brokers().mqttPort(), lane.name(), series).send(pace, arrivals);
		}
		else if (this.bed.path().readsKafka()) {
			this.kafka.send(lane.in(), series, pace);
		}
		else {
			new HttpLoad(contestant.httpPort(), lane.in(), series, pace, (data) -> {
			}).send();
		}
	}

	@Override
	public void close() {
		this.kafka.close();
	}

	/**
	 * Sends what a run is about.
	 */
	private interface Sending {

		void to(Contestant contestant) throws IOException, InterruptedException;

	}

}
