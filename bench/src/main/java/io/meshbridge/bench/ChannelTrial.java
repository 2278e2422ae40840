package io.meshbridge.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bench.load.Arrivals;
import io.meshbridge.bench.load.EventSeries;
import io.meshbridge.bench.load.HttpLoad;
import io.meshbridge.bench.load.HttpSink;
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
		try {
			return (side == Side.RAW) ? store(measured) : acceptAndDeliver(measured);
		}
		finally {
			this.bed.stopContestant();
		}
	}

	private Outcome store(long measured) throws IOException, InterruptedException {
		String name = this.bed.nextName();
		// Nobody reads what it stores, and what is paged would be written another way.
		ChildProcess store = ChildProcess.startSelfWithHeap("raw-" + name, this.bed.folder(), "4g", "raw",
				this.bed.path().label(), "folder=" + this.bed.folder().resolve(name + "-data"),
				"series=" + this.bed.seriesId(name), "keys=" + TestBed.KEYS, "plain=" + this.bed.plain(),
				"warm-up=" + measured / 2, "measured=" + measured);
		this.bed.started(new Contestant(store, 0, null));
		String result = store.awaitLine("RESULT", this.bed.limit());
		return new Outcome(JsonMapper.builder().build().readValue(result, Arrivals.Count.class), null);
	}

	/**
	 * Speed is that of the answers; what is lost or out of order shows at the target.
	 */
	private Outcome acceptAndDeliver(long measured) throws IOException, InterruptedException {
		long warmUp = measured / 2;
		String name = this.bed.nextName();
		EventSeries series = this.bed.series(name);
		Arrivals taken = new Arrivals(series, warmUp, measured, this.bed::cpuNanos, this.bed::allocatedBytes);
		Arrivals delivered = new Arrivals(series, warmUp, measured, () -> 0, () -> 0);
		int port = Brokers.freePort();
		boolean away = this.bed.path() == BenchPath.HTTP_CHANNEL;
		HttpSink sink = away ? null : new HttpSink(port, delivered);
		try {
			Contestant contestant = this.bed.start(Side.GATEWAY,
					new Contestant.Lane(name, "/" + name, "http://127.0.0.1:" + port + "/"));
			new HttpLoad(contestant.httpPort(), "/" + name, series, warmUp + measured, taken::arrived).send();
			if (sink == null) {
				sink = new HttpSink(port, delivered);
			}
			delivered.await(NEXT_LOOK, this.bed.limit());
			TimeUnit.MILLISECONDS.sleep(TestBed.LINGER.toMillis());
			return new Outcome(taken.count().withFaultsOf(delivered.count()), null);
		}
		finally {
			if (sink != null) {
				sink.close();
			}
		}
	}

	@Override
	public void close() {
	}

}
