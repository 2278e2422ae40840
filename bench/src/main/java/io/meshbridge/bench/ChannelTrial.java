package io.meshbridge.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bench.load.Arrivals;
import io.meshbridge.bench.load.EventSeries;
import io.meshbridge.bench.load.HttpLoad;
import io.meshbridge.bench.load.HttpSink;
import io.meshbridge.bench.load.Pace;
import io.meshbridge.sandbox.FreePort;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures how fast events are stored. The gateway takes them over HTTP and delivers
 * them, meanwhile or afterwards; the raw side has them at hand and delivers none.
 */
final class ChannelTrial implements Trial {

	/** A gateway whose target was away looks for it every half a minute. */
	private static final Duration NEXT_LOOK = TestBed.IDLE.plusSeconds(30);

	private final TestBed bed;

	ChannelTrial(TestBed bed) {
		this.bed = bed;
	}

	@Override
	public Outcome run(Side side, long measured) throws IOException, InterruptedException {
		long warmUp = measured / 2;
		String name = this.bed.nextName();
		if (side == Side.RAW) {
			return store(name, List.of("warm-up=" + warmUp, "measured=" + measured));
		}
		EventSeries series = this.bed.series(name);
		Arrivals taken = new Arrivals(series, warmUp, measured, this.bed::cpuNanos, this.bed::allocatedBytes);
		return acceptAndDeliver(name, series, warmUp + measured, taken,
				(port) -> new HttpLoad(port, "/" + name, series, warmUp + measured, taken::arrived).send());
	}

	@Override
	public Outcome runAtPace(Side side, double eventsPerSecond) throws IOException, InterruptedException {
		String name = this.bed.nextName();
		if (side == Side.RAW) {
			return store(name, this.bed.paceArguments(eventsPerSecond));
		}
		EventSeries series = this.bed.series(name);
		Pace pace = this.bed.pace(eventsPerSecond);
		Arrivals taken = new Arrivals(series, pace);
		return acceptAndDeliver(name, series, pace.end(), taken, (port) -> {
			new HttpLoad(port, "/" + name, series, pace.first(), taken::arrived).send();
			new HttpLoad(port, "/" + name, series, pace, taken::arrived).send();
		});
	}

	private Outcome store(String name, List<String> amount) throws IOException, InterruptedException {
		List<String> arguments = new ArrayList<>(
				List.of("raw", this.bed.path().label(), "folder=" + this.bed.folder().resolve(name + "-data"),
						"series=" + this.bed.seriesId(name), "keys=" + TestBed.KEYS, "plain=" + this.bed.plain()));
		arguments.addAll(amount);
		try {
			// Nobody reads what it stores, and what is paged would be written another
			// way.
			ChildProcess store = ChildProcess.startSelf("raw-" + name, this.bed.folder(), this.bed.largeJava(),
					arguments.toArray(String[]::new));
			this.bed.started(new Contestant(store, 0, null));
			String result = store.awaitLine("RESULT", this.bed.limit());
			return Outcome.of(JsonMapper.builder().build().readValue(result, Arrivals.Result.class));
		}
		finally {
			this.bed.stopContestant();
		}
	}

	/**
	 * Speed is that of the answers; what is lost or out of order shows at the target.
	 */
	private Outcome acceptAndDeliver(String name, EventSeries series, long events, Arrivals taken, Sending sending)
			throws IOException, InterruptedException {
		Arrivals delivered = new Arrivals(series, 0, events, () -> 0, () -> 0);
		int port = FreePort.any();
		boolean away = this.bed.path() == BenchPath.HTTP_CHANNEL;
		HttpSink sink = away ? null : new HttpSink(port, delivered);
		try {
			Contestant contestant = this.bed.start(Side.GATEWAY,
					new Contestant.Lane(name, "/" + name, "http://127.0.0.1:" + port + "/"));
			sending.to(contestant.httpPort());
			if (sink == null) {
				sink = new HttpSink(port, delivered);
			}
			delivered.await(NEXT_LOOK, this.bed.limit());
			TimeUnit.MILLISECONDS.sleep(TestBed.LINGER.toMillis());
			Arrivals.Result result = taken.result();
			return Outcome
				.of(new Arrivals.Result(result.count().withFaultsOf(delivered.result().count()), result.latencies()));
		}
		finally {
			if (sink != null) {
				sink.close();
			}
			this.bed.stopContestant();
		}
	}

	@Override
	public void close() {
	}

	/**
	 * Sends what a run is about.
	 */
	private interface Sending {

		void to(int httpPort) throws IOException;

	}

}
