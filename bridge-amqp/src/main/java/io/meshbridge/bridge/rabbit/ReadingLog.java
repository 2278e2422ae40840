package io.meshbridge.bridge.rabbit;

import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.amqp.rabbit.listener.ConsumeOkEvent;
import org.springframework.amqp.rabbit.listener.ListenerContainerConsumerFailedEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Says once when a queue is no longer read, and once when it is read again; the
 * container's own loggers say it on every attempt. Thread-safe.
 */
final class ReadingLog implements ApplicationEventPublisher {

	private static final Logger logger = LoggerFactory.getLogger(ReadingLog.class);

	private final String binderName;

	private final String destination;

	/** Whether the last thing said was that it is not read; guarded by this. */
	private boolean down;

	ReadingLog(String binderName, String destination) {
		this.binderName = binderName;
		this.destination = destination;
	}

	@Override
	public synchronized void publishEvent(Object event) {
		if (event instanceof ConsumeOkEvent && this.down) {
			this.down = false;
			logger.info("{}:{}: is read again", this.binderName, this.destination);
		}
		else if (event instanceof ListenerContainerConsumerFailedEvent failed) {
			if (beingStopped(failed.getThrowable())) {
				return;
			}
			if (failed.isFatal()) {
				logger.error("{}:{}: is read no longer: {}", this.binderName, this.destination, reason(failed));
			}
			else if (!this.down) {
				this.down = true;
				logger.info("{}:{}: is not read until the broker lets us: {}", this.binderName, this.destination,
						reason(failed));
			}
		}
	}

	private static boolean beingStopped(@Nullable Throwable cause) {
		return cause instanceof InterruptedException
				|| (cause instanceof ShutdownSignalException shutdown && shutdown.isInitiatedByApplication());
	}

	private static @Nullable String reason(ListenerContainerConsumerFailedEvent failed) {
		Throwable cause = failed.getThrowable();
		while (cause != null && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return (cause != null) ? cause.toString() : failed.getReason();
	}

}
