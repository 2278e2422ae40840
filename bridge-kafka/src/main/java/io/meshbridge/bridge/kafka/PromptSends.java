package io.meshbridge.bridge.kafka;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.kafka.core.ProducerFactory;

/**
 * Has records sent at once while few are under way. A producer holds a batch back for
 * {@code linger.ms}, so that it fills. Where many are under way that spares most of the
 * broker's work and ours; but a sender that waits for its answer, as over HTTP, sends
 * nothing meanwhile that could fill it. So the producer is flushed then, and while that
 * lasts it sends whatever comes without delay. Thread-safe.
 */
final class PromptSends implements ProducerFactory.Listener<Object, Object> {

	private static final Logger logger = LoggerFactory.getLogger(PromptSends.class);

	/** More than this many records fill batches by themselves. */
	private static final int FEW = 64;

	private static final int IDLE_SECONDS = 10;

	private final AtomicBoolean flushing = new AtomicBoolean();

	private final ExecutorService thread;

	private volatile @Nullable Producer<?, ?> producer;

	/**
	 * @param producer that is in use now
	 */
	PromptSends(Producer<?, ?> producer) {
		this.producer = producer;
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
	 * @param underWay records that the producer has not answered for
	 */
	void sent(int underWay) {
		if (underWay <= FEW && !this.flushing.get() && this.flushing.compareAndSet(false, true)) {
			this.thread.execute(this::flush);
		}
	}

	/**
	 * Returns when the producer has answered for all that it had. A record that comes
	 * when this has just ended waits for the next one, or for {@code linger.ms}.
	 */
	private void flush() {
		try {
			Producer<?, ?> flushed = this.producer;
			if (flushed != null) {
				flushed.flush();
			}
		}
		catch (KafkaException ex) {
			logger.debug("the producer was not flushed", ex);
		}
		finally {
			this.flushing.set(false);
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
