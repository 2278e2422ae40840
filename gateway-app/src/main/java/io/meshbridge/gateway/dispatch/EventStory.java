package io.meshbridge.gateway.dispatch;

import io.meshbridge.bridge.SendException;

/**
 * Hears what becomes of one event that came in, at each {@link Leg} of its path. The
 * terms of {@link EventLog} hold here too.
 */
public interface EventStory {

	/** Forgets all it hears. */
	EventStory NONE = new EventStory() {

		@Override
		public void delivered(Leg leg, int attempts) {
		}

		@Override
		public void failed(Leg leg, int attempt, SendException cause) {
		}

		@Override
		public void waits(Leg leg, String reason) {
		}

		@Override
		public void held(Leg leg, String reason) {
		}

		@Override
		public void deadLettered(Leg leg, String sink, int attempts, SendException cause) {
		}

		@Override
		public void dropped(Leg leg, String reason) {
		}

		@Override
		public void duplicate(Leg leg) {
		}

		@Override
		public void givenBack(Leg leg, String reason) {
		}

	};

	/**
	 * The target, or the channel, holds the event.
	 * @param attempts how many it took
	 */
	void delivered(Leg leg, int attempts);

	/**
	 * One attempt failed.
	 * @param attempt its number, from 1
	 */
	void failed(Leg leg, int attempt, SendException cause);

	/**
	 * The target is out, and the event waits for it.
	 */
	void waits(Leg leg, String reason);

	/**
	 * Neither the target nor the dead letter sink took the event, and it is tried again.
	 */
	void held(Leg leg, String reason);

	/**
	 * The dead letter sink holds the event.
	 * @param attempts how often the target was tried
	 */
	void deadLettered(Leg leg, String sink, int attempts, SendException cause);

	/**
	 * Nobody wants the event any more, so it goes nowhere.
	 */
	void dropped(Leg leg, String reason);

	/**
	 * The route has taken the event before, or is about to, so it goes nowhere.
	 */
	void duplicate(Leg leg);

	/**
	 * The event stays with its source, which sends it again or hears an error.
	 */
	void givenBack(Leg leg, String reason);

}
