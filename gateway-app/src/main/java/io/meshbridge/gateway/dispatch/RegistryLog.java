package io.meshbridge.gateway.dispatch;

import io.meshbridge.rules.transform.ConfluentRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the log that the schema registry is away, once and not for every event, and
 * that it is back.
 *
 * @param url where it is
 */
record RegistryLog(@Nullable String url) implements ConfluentRegistry.Watch {

	private static final Logger logger = LoggerFactory.getLogger(RegistryLog.class);

	@Override
	public void away(String why) {
		logger.warn("the schema registry {} is away: {}; events that need it wait, and are tried every second", url(),
				why);
	}

	@Override
	public void back() {
		logger.info("the schema registry {} answers again", url());
	}

}
