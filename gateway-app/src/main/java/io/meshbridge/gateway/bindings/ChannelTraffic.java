package io.meshbridge.gateway.bindings;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * How many events this gateway puts into each channel and takes out of it. The counters
 * are looked at every few seconds; a rate is over the last minute, or what there is of
 * it. Thread-safe.
 */
@Component
public class ChannelTraffic implements DisposableBean {

	private static final long SAMPLE_SECONDS = 5;

	private static final int SAMPLES = 13;

	private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

	private final LongSupplier nanoTime;

	private final Map<String, Counted> channels = new ConcurrentHashMap<>();

	private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "channel-rates");
		thread.setDaemon(true);
		return thread;
	});

	ChannelTraffic() {
		this(System::nanoTime);
		this.sampler.scheduleAtFixedRate(this::sample, SAMPLE_SECONDS, SAMPLE_SECONDS, TimeUnit.SECONDS);
	}

	/**
	 * Samples when it is told to.
	 */
	ChannelTraffic(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	void sample() {
		long now = this.nanoTime.getAsLong();
		this.channels.values().forEach((channel) -> channel.sample(now));
	}

	/**
	 * Counts an event that a channel has stored.
	 */
	LongAdder storedIn(String channel) {
		return counted(channel).in;
	}

	/**
	 * Counts what a group reads from a channel.
	 * @param settled events settled since the start
	 */
	public void readFrom(String channel, String group, LongSupplier settled) {
		counted(channel).out.put(group, settled);
	}

	private Counted counted(String channel) {
		return this.channels.computeIfAbsent(channel, (first) -> new Counted(this.nanoTime.getAsLong()));
	}

	/**
	 * What went through a channel.
	 */
	public Rates rates(String channel) {
		Counted counted = this.channels.get(channel);
		return (counted == null) ? Rates.NONE : counted.rates(this.nanoTime.getAsLong());
	}

	@Override
	public void destroy() {
		this.sampler.shutdownNow();
	}

	/**
	 * Traffic of one channel through this gateway.
	 *
	 * @param in events stored since the start
	 * @param out events settled since the start, each once per group
	 * @param inPerSecond events stored per second, over the last minute
	 * @param outPerSecond events settled per second, over the last minute
	 */
	public record Rates(long in, long out, double inPerSecond, double outPerSecond) {

		static final Rates NONE = new Rates(0, 0, 0, 0);

	}

	private static final class Counted {

		final LongAdder in = new LongAdder();

		/** By group: one that is read anew goes on with the counters it had. */
		final Map<String, LongSupplier> out = new ConcurrentHashMap<>();

		/** Guarded by this. */
		private final Deque<Sample> samples = new ArrayDeque<>();

		Counted(long now) {
			this.samples.add(new Sample(now, 0, 0));
		}

		private Sample now(long nanos) {
			return new Sample(nanos, this.in.sum(),
					this.out.values().stream().mapToLong(LongSupplier::getAsLong).sum());
		}

		synchronized void sample(long nanos) {
			this.samples.addLast(now(nanos));
			if (this.samples.size() > SAMPLES) {
				this.samples.removeFirst();
			}
		}

		synchronized Rates rates(long nanos) {
			Sample now = now(nanos);
			Sample before = this.samples.getFirst();
			// Right after the start a single event is no rate yet.
			double seconds = Math.max(1, (nanos - before.nanos) / NANOS_PER_SECOND);
			return new Rates(now.in, now.out, rounded((now.in - before.in) / seconds),
					rounded((now.out - before.out) / seconds));
		}

		private static double rounded(double perSecond) {
			return Math.round(perSecond * 100) / 100.0;
		}

	}

	private record Sample(long nanos, long in, long out) {
	}

}
