package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.Collection;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.kafka.event.ConsumerStoppingEvent;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.BatchInterceptor;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ListenerUtils;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Ties a listener container of the binder to the offsets of its consumers: before every
 * poll, at each rebalance and at the end. The container itself commits nothing and skips
 * nothing.
 */
final class ContainerHooks
		implements BatchInterceptor<byte[], byte[]>, ConsumerAwareRebalanceListener, CommonErrorHandler {

	private static final Logger logger = LoggerFactory.getLogger(ContainerHooks.class);

	/**
	 * How long a refused record waits for its turn, and a commit when nothing comes in.
	 */
	private static final Duration POLL_TIMEOUT = Duration.ofMillis(200);

	private static final Duration ERROR_PAUSE = Duration.ofSeconds(1);

	private static final Duration AUTH_RETRY = Duration.ofSeconds(30);

	private final KafkaSource source;

	private final AbstractMessageListenerContainer<?, ?> container;

	private final @Nullable ConsumerRebalanceListener userListener;

	private volatile boolean failing;

	private ContainerHooks(KafkaSource source, AbstractMessageListenerContainer<?, ?> container) {
		this.source = source;
		this.container = container;
		this.userListener = container.getContainerProperties().getConsumerRebalanceListener();
	}

	/**
	 * Sets a container up before it starts.
	 */
	static void attach(KafkaSource source, AbstractMessageListenerContainer<?, ?> container) {
		ContainerHooks hooks = new ContainerHooks(source, container);
		hooks.intercept(container);
		container.setCommonErrorHandler(hooks);
		ContainerProperties properties = container.getContainerProperties();
		properties.setConsumerRebalanceListener(hooks);
		properties.setPollTimeout(POLL_TIMEOUT.toMillis());
		properties.setKafkaAwareTransactionManager(null);
		properties.setMicrometerEnabled(false);
		if (properties.getAuthExceptionRetryInterval() == null) {
			// Else the container ends for good when credentials or rights are missing.
			properties.setAuthExceptionRetryInterval(AUTH_RETRY);
		}
		hooks.listenForStop();
	}

	@SuppressWarnings("unchecked")
	private void intercept(AbstractMessageListenerContainer<?, ?> any) {
		((AbstractMessageListenerContainer<byte[], byte[]>) any).setBatchInterceptor(this);
	}

	private void listenForStop() {
		// Partitions assigned by hand are not revoked at the end.
		ApplicationEventPublisher publisher = this.container.getApplicationEventPublisher();
		this.container.setApplicationEventPublisher((event) -> {
			if (event instanceof ConsumerStoppingEvent stopping) {
				this.source.stopping(stopping.getConsumer());
			}
			if (publisher != null) {
				publisher.publishEvent(event);
			}
		});
	}

	@Override
	public void setupThreadState(Consumer<?, ?> consumer) {
		this.source.offsets(consumer, this.container::isPauseRequested).beforePoll();
	}

	@Override
	public ConsumerRecords<byte[], byte[]> intercept(ConsumerRecords<byte[], byte[]> records,
			Consumer<byte[], byte[]> consumer) {
		if (this.failing) {
			this.failing = false;
			logger.info("{}: is read again", this.source.spec().bindingName());
		}
		return records;
	}

	@Override
	public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		this.source.offsets(consumer, this.container::isPauseRequested).assigned(partitions);
		if (this.userListener instanceof ConsumerAwareRebalanceListener aware) {
			aware.onPartitionsAssigned(consumer, partitions);
		}
		else if (this.userListener != null) {
			this.userListener.onPartitionsAssigned(partitions);
		}
	}

	@Override
	public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		ConsumerOffsets offsets = this.source.knownOffsets(consumer);
		if (offsets != null) {
			offsets.revoked(partitions, this.container.isRunning());
		}
		if (this.userListener instanceof ConsumerAwareRebalanceListener aware) {
			aware.onPartitionsRevokedBeforeCommit(consumer, partitions);
		}
		else if (this.userListener != null) {
			this.userListener.onPartitionsRevoked(partitions);
		}
	}

	@Override
	public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		if (this.userListener instanceof ConsumerAwareRebalanceListener aware) {
			aware.onPartitionsRevokedAfterCommit(consumer, partitions);
		}
	}

	@Override
	public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		ConsumerOffsets offsets = this.source.knownOffsets(consumer);
		if (offsets != null) {
			offsets.lost(partitions);
		}
		if (this.userListener instanceof ConsumerAwareRebalanceListener aware) {
			aware.onPartitionsLost(consumer, partitions);
		}
		else if (this.userListener != null) {
			this.userListener.onPartitionsLost(partitions);
		}
	}

	@Override
	public boolean seeksAfterHandling() {
		return true;
	}

	@Override
	public boolean isAckAfterHandle() {
		return false;
	}

	@Override
	public void handleBatch(Exception thrown, ConsumerRecords<?, ?> data, Consumer<?, ?> consumer,
			MessageListenerContainer ignored, Runnable invokeListener) {
		failed(thrown);
		for (TopicPartition partition : data.partitions()) {
			consumer.seek(partition, data.records(partition).get(0).offset());
		}
	}

	@Override
	public void handleOtherException(Exception thrown, Consumer<?, ?> consumer, MessageListenerContainer ignored,
			boolean batchListener) {
		failed(thrown);
	}

	private void failed(Exception thrown) {
		if (!this.failing) {
			this.failing = true;
			logger.error("{}: can't be read, tried again every {}", this.source.spec().bindingName(), ERROR_PAUSE,
					thrown);
		}
		try {
			ListenerUtils.stoppableSleep(this.container, ERROR_PAUSE.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
