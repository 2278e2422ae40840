package io.meshbridge.gateway.dispatch;

import java.util.List;

import io.cloudevents.CloudEvent;

/**
 * Hears of every event that comes in, and through {@link EventStory} of what becomes of
 * it. Called on the path of every event, so it never blocks and never throws.
 * Thread-safe.
 */
public interface EventLog {

	/**
	 * An event came in and was taken.
	 * @param binding name of the source that it came over
	 * @param routes those that it matches, maybe none
	 * @return hears what becomes of it
	 */
	EventStory received(CloudEvent event, String binding, List<RouteDispatch> routes);

	/**
	 * An event came in and was not taken.
	 * @param reason what its sender was told
	 */
	void refused(String source, String id, String binding, String reason);

}
