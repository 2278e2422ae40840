package io.meshbridge.gateway.dispatch;

import io.cloudevents.CloudEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an operator when a target begins to leave events with the gateway, and when it
 * has taken them all; a target that is away would fill the log with each of them.
 * Thread-safe.
 */
final class HeldEvents {

	private static final Logger logger = LoggerFactory.getLogger(HeldEvents.class);

	private final String delivery;

	/** Held at the moment, and since none was; guarded by this. */
	private int now;

	private long total;

	HeldEvents(String delivery) {
		this.delivery = delivery;
	}

	/**
	 * Hears of one more event that nobody took.
	 * @param why what the target and the dead letter sink said
	 */
	synchronized void add(CloudEvent event, String why) {
		this.now++;
		this.total++;
		if (this.now == 1) {
			logger.warn("{}: event {} of {} is held and tried again: {}; more like it are told at the end",
					this.delivery, event.getId(), event.getSource(), why);
		}
		else {
			logger.debug("{}: event {} of {} is held and tried again: {}", this.delivery, event.getId(),
					event.getSource(), why);
		}
	}

	/**
	 * Hears that a held event was taken, or given back to its source.
	 */
	synchronized void remove() {
		this.now--;
		if (this.now == 0) {
			logger.info("{}: no event is held any more, {} were", this.delivery, this.total);
			this.total = 0;
		}
	}

}
