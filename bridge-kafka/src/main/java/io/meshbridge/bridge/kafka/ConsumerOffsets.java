package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The offsets of one consumer: commits what is settled, seeks back to what was refused,
 * and stops reading a partition that has too much settled behind a record that is not.
 * <p>
 * All methods but {@link #close()} are called on the consumer's thread.
 */
final class ConsumerOffsets {

	private static final Logger logger = LoggerFactory.getLogger(ConsumerOffsets.class);

	private static final Duration COMMIT_INTERVAL = Duration.ofMillis(200);

	private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration REVOKE_WAIT = Duration.ofSeconds(1);

	private final String bindingName;

	private final Consumer<?, ?> consumer;

	private final int maxUncommitted;

	private final BooleanSupplier pausedByContainer;

	private final Duration revokeWait;

	private final Map<TopicPartition, PartitionOffsets> partitions = new ConcurrentHashMap<>();

	/** Partitions over the limit; used on the consumer's thread only, like all below. */
	private final Set<TopicPartition> heldBack = new HashSet<>();

	private long lastCommitNanos = System.nanoTime();

	private boolean commitUnderWay;

	private boolean commitFailing;

	ConsumerOffsets(String bindingName, Consumer<?, ?> consumer, int maxUncommitted,
			BooleanSupplier pausedByContainer) {
		this(bindingName, consumer, maxUncommitted, pausedByContainer, REVOKE_WAIT);
	}

	/**
	 * @param revokeWait how long what is under way may take when partitions are revoked
	 */
	ConsumerOffsets(String bindingName, Consumer<?, ?> consumer, int maxUncommitted, BooleanSupplier pausedByContainer,
			Duration revokeWait) {
		this.bindingName = bindingName;
		this.consumer = consumer;
		this.maxUncommitted = maxUncommitted;
		this.pausedByContainer = pausedByContainer;
		this.revokeWait = revokeWait;
	}

	/**
	 * The ledger of the partition that a record of a poll came from.
	 */
	PartitionOffsets of(ConsumerRecord<?, ?> record) {
		// Assigned by hand there is no rebalance, so the first record makes it known.
		return this.partitions.computeIfAbsent(new TopicPartition(record.topic(), record.partition()),
				(unused) -> new PartitionOffsets());
	}

	/**
	 * Called before every poll; must not wait for the broker.
	 */
	void beforePoll() {
		this.partitions.forEach(this::seekToRefused);
		if (!this.commitUnderWay && System.nanoTime() - this.lastCommitNanos >= COMMIT_INTERVAL.toNanos()) {
			this.lastCommitNanos = System.nanoTime();
			this.partitions.forEach(this::lookPastLastRecord);
			commit();
		}
		this.partitions.forEach(this::limit);
	}

	private void seekToRefused(TopicPartition partition, PartitionOffsets offsets) {
		long refused = offsets.takeRefusal();
		if (refused >= 0) {
			logger.debug("{}: {} is read again from offset {}", this.bindingName, partition, refused);
			this.consumer.seek(partition, refused);
		}
	}

	private void lookPastLastRecord(TopicPartition partition, PartitionOffsets offsets) {
		if (offsets.idle()) {
			try {
				offsets.position(this.consumer.position(partition, Duration.ZERO));
			}
			catch (TimeoutException ex) {
				logger.trace("{}: the position in {} is not known yet", this.bindingName, partition);
			}
		}
	}

	private void commit() {
		Map<TopicPartition, OffsetAndMetadata> due = due(this.partitions.keySet());
		if (due.isEmpty()) {
			return;
		}
		this.commitUnderWay = true;
		this.consumer.commitAsync(due, (offsets, failure) -> {
			this.commitUnderWay = false;
			if (failure == null) {
				committed(offsets);
			}
			else if (!this.commitFailing && !(failure instanceof RebalanceInProgressException)) {
				this.commitFailing = true;
				logger.warn("{}: offsets can't be committed, tried again every {}: {}", this.bindingName,
						COMMIT_INTERVAL, failure.toString());
			}
		});
	}

	private Map<TopicPartition, OffsetAndMetadata> due(Collection<TopicPartition> of) {
		Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
		for (TopicPartition partition : of) {
			PartitionOffsets offsets = this.partitions.get(partition);
			long offset = (offsets != null) ? offsets.toCommit() : -1;
			if (offset >= 0) {
				due.put(partition, new OffsetAndMetadata(offset));
			}
		}
		return due;
	}

	private void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
		offsets.forEach((partition, offset) -> {
			PartitionOffsets known = this.partitions.get(partition);
			if (known != null) {
				known.committed(offset.offset());
			}
		});
		if (this.commitFailing) {
			this.commitFailing = false;
			logger.info("{}: offsets are committed again", this.bindingName);
		}
	}

	private void limit(TopicPartition partition, PartitionOffsets offsets) {
		int ahead = offsets.settledAhead();
		if (ahead >= this.maxUncommitted) {
			if (this.heldBack.add(partition)) {
				logger.warn("{}: {} is not read on, {} events are settled behind one that is not"
						+ " (meshbridge.kafka.max-uncommitted)", this.bindingName, partition, ahead);
			}
			// Each time anew: a resume of the whole container resumes this one too.
			this.consumer.pause(List.of(partition));
		}
		else if (!this.heldBack.isEmpty() && ahead <= this.maxUncommitted / 2 && this.heldBack.contains(partition)
				&& !this.pausedByContainer.getAsBoolean()) {
			this.heldBack.remove(partition);
			this.consumer.resume(List.of(partition));
			logger.info("{}: {} is read on", this.bindingName, partition);
		}
		else if (this.heldBack.contains(partition)) {
			this.consumer.pause(List.of(partition));
		}
	}

	/**
	 * Partitions are new to this consumer.
	 */
	void assigned(Collection<TopicPartition> assigned) {
		for (TopicPartition partition : assigned) {
			PartitionOffsets before = this.partitions.put(partition, new PartitionOffsets());
			if (before != null) {
				before.close();
			}
		}
	}

	/**
	 * Partitions go to another consumer: commits what is settled.
	 * @param goingOn whether the gateway goes on, so that a moment's wait saves it from
	 * delivering twice what is under way
	 */
	void revoked(Collection<TopicPartition> revoked, boolean goingOn) {
		if (goingOn) {
			awaitSettled(revoked);
		}
		commitNow(revoked);
		forget(revoked);
	}

	private void awaitSettled(Collection<TopicPartition> revoked) {
		long deadline = System.nanoTime() + this.revokeWait.toNanos();
		try {
			for (TopicPartition partition : revoked) {
				PartitionOffsets offsets = this.partitions.get(partition);
				if (offsets != null) {
					offsets.awaitSettled(Duration.ofNanos(deadline - System.nanoTime()));
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void commitNow(Collection<TopicPartition> of) {
		Map<TopicPartition, OffsetAndMetadata> due = due(of);
		if (due.isEmpty()) {
			return;
		}
		try {
			try {
				this.consumer.commitSync(due, COMMIT_TIMEOUT);
			}
			catch (WakeupException ex) {
				// Meant for the poll, to stop it.
				this.consumer.commitSync(due, COMMIT_TIMEOUT);
			}
			committed(due);
		}
		catch (KafkaException ex) {
			logger.warn("{}: offsets can't be committed, events that were delivered will come again: {}",
					this.bindingName, ex.toString());
		}
	}

	/**
	 * Partitions belong to another consumer already: nothing can be committed.
	 */
	void lost(Collection<TopicPartition> lost) {
		forget(lost);
	}

	private void forget(Collection<TopicPartition> gone) {
		for (TopicPartition partition : gone) {
			PartitionOffsets offsets = this.partitions.remove(partition);
			if (offsets != null) {
				offsets.close();
			}
			this.heldBack.remove(partition);
		}
	}

	/**
	 * The consumer ends.
	 */
	void stopping() {
		commitNow(this.partitions.keySet());
		close();
	}

	/**
	 * Settlements have no effect from now on. May be called from any thread.
	 */
	void close() {
		this.partitions.values().forEach(PartitionOffsets::close);
	}

}
