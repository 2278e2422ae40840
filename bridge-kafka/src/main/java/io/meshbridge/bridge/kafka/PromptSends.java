package io.meshbridge.bridge.kafka;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.kafka.core.ProducerFactory;

/**
 * Has records sent as soon as no more come. A producer holds a batch back for
 * {@code linger.ms}, so that it fills; that spares most of the broker's work and ours
 * while records stream in. But senders that wait for their answers, as over HTTP, send
 * nothing meanwhile that could fill it. So when there was silence for a moment and few
 * records are under way, the producer is flushed. How long that moment is goes by the
 * linger: of many producers that one thread feeds in turn, each hears less often of a
 * record. Thread-safe.
 */
final class PromptSends implements ProducerFactory.Listener<Object, Object> {

	private static final Logger logger = LoggerFactory.getLogger(PromptSends.class);

	/** Of a millisecond of the linger. */
	private static final long SILENCE_NANOS = 75_000;

	private static final long LEAST_SILENCE_NANOS = 150_000;

	private static final int IDLE_SECONDS = 10;

	private final AtomicBoolean watching = new AtomicBoolean();

	private volatile long lastNanos;

	private volatile boolean few;

	private final long silenceNanos;

	private final ExecutorService thread;

	private volatile @Nullable Producer<?, ?> producer;

	/**
	 * @param producer that is in use now
	 * @param lingerMs of it and those that take its place
	 */
	PromptSends(Producer<?, ?> producer, long lingerMs) {
		this.producer = producer;
		this.silenceNanos = Math.max(LEAST_SILENCE_NANOS, lingerMs * SILENCE_NANOS);
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), (task) -> {
					Thread thread = new Thread(task, "kafka-producer-flush");
					thread.setDaemon(true);
					return thread;
				});
		executor.allowCoreThreadTimeOut(true);
		this.thread = executor;
	}

	/**
	 * Hears that the producer has one more record; returns at once.
	 * @param few whether few records are under way
	 */
	void sent(boolean few) {
		this.few = few;
		this.lastNanos = System.nanoTime();
		if (few && !this.watching.get() && this.watching.compareAndSet(false, true)) {
			this.thread.execute(this::watch);
		}
	}

	private void watch() {
		long before;
		do {
			before = this.lastNanos;
			LockSupport.parkNanos(this.silenceNanos);
		}
		while (before != this.lastNanos && this.few);
		try {
			Producer<?, ?> flushed = this.producer;
			if (flushed != null && this.few) {
				flushed.flush();
			}
		}
		catch (KafkaException ex) {
			logger.debug("the producer was not flushed", ex);
		}
		finally {
			this.watching.set(false);
		}
	}

	@Override
	public void producerAdded(String id, Producer<Object, Object> added) {
		this.producer = added;
	}

	@Override
	public void producerRemoved(String id, Producer<Object, Object> removed) {
		if (this.producer == removed) {
			this.producer = null;
		}
	}

}
