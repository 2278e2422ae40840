package io.meshbridge.gateway.story;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.gateway.dispatch.EventLog;
import io.meshbridge.gateway.dispatch.EventStory;
import io.meshbridge.gateway.dispatch.Leg;
import io.meshbridge.gateway.dispatch.RouteDispatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Writes down what becomes of each event, and tells it again. When it can't, it says why
 * and the events go their way without it. Thread-safe.
 */
@Component
public final class Stories implements EventLog, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(Stories.class);

	private static final byte[] NO_TEXT = {};

	private static final Duration END_LIMIT = Duration.ofSeconds(5);

	private final @Nullable StoryRing ring;

	/** Why there is no ring. */
	private final String off;

	private final ScheduledThreadPoolExecutor aside = new ScheduledThreadPoolExecutor(1, (task) -> {
		Thread thread = new Thread(task, "event-stories");
		thread.setDaemon(true);
		return thread;
	});

	Stories(StoryProperties properties, GatewayProperties gateway, Clock clock) {
		// What is left to be done when the gateway stops can be done at the next start.
		this.aside.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
		StoryRing opened = null;
		String problem = "meshbridge.story.enabled is false";
		if (properties.enabled()) {
			Path folder = Path.of(gateway.dataDir(), "story").toAbsolutePath().normalize();
			try {
				opened = new StoryRing(folder, properties.maxEntries(), properties.maxAge(), clock, this.aside);
				this.aside.scheduleWithFixedDelay(opened::tidy, 1, 1, TimeUnit.MINUTES);
			}
			catch (IOException | InternalError ex) {
				problem = folder + " (meshbridge.data-dir) can't be used: " + ex;
				logger.warn("No event stories are written: {}", problem);
			}
		}
		this.ring = opened;
		this.off = problem;
	}

	@Override
	public EventStory received(CloudEvent event, String binding, List<RouteDispatch> routes) {
		StoryRing open = this.ring;
		if (open == null) {
			return EventStory.NONE;
		}
		int told = Math.min(routes.size(), StoryRing.MOST_NAMES - 1);
		StoryRing.Name[] names = new StoryRing.Name[told + 1];
		names[0] = open.name(binding);
		for (int i = 0; i < told; i++) {
			names[i + 1] = open.name(routes.get(i).path());
		}
		Fingerprint fingerprint = Fingerprint.of(event.getSource().toString(), event.getId());
		long arrival = open.append(Kind.RECEIVED, fingerprint, -1, routes.size(), names, NO_TEXT);
		return new Arrival(open, fingerprint, arrival);
	}

	@Override
	public void refused(String source, String id, String binding, String reason) {
		StoryRing open = this.ring;
		if (open != null) {
			open.append(Kind.REFUSED, Fingerprint.of(source, id), -1, 0, new StoryRing.Name[] { open.name(binding) },
					StoryRing.text(reason));
		}
	}

	/**
	 * Tells the story of an event.
	 * @param legs the active routes' ways to their targets
	 * @throws IllegalStateException if no stories are written
	 */
	public Story tell(String source, String id, List<LiveLeg> legs) {
		StoryRing open = this.ring;
		if (open == null) {
			throw new IllegalStateException("no event stories are written: " + this.off);
		}
		List<StoryEntry> entries = open.find(Fingerprint.of(source, id));
		long reachesBackTo = open.reachesBackToMillis();
		return Story.of(source, id, entries, legs, open.start(),
				(reachesBackTo < 0) ? null : Instant.ofEpochMilli(reachesBackTo));
	}

	@Override
	public void destroy() throws IOException {
		// Without an interrupt, which would spoil the file that is being made.
		this.aside.shutdown();
		try {
			if (!this.aside.awaitTermination(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
				logger.warn("a file of event stories is still being made after {}", END_LIMIT);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		if (this.ring != null) {
			this.ring.close();
		}
	}

	/**
	 * One event that came in.
	 */
	private record Arrival(StoryRing ring, Fingerprint event, long position) implements EventStory {

		@Override
		public void delivered(Leg leg, int attempts) {
			write(Kind.DELIVERED, attempts, NO_TEXT, names(leg));
		}

		@Override
		public void failed(Leg leg, int attempt, SendException cause) {
			write(Kind.ATTEMPT_FAILED, attempt, text(cause.getMessage()), names(leg, cause.code()));
		}

		@Override
		public void waits(Leg leg, String reason) {
			write(Kind.WAITS, 0, text(reason), names(leg));
		}

		@Override
		public void held(Leg leg, String reason) {
			write(Kind.HELD, 0, text(reason), names(leg));
		}

		@Override
		public void deadLettered(Leg leg, String sink, int attempts, SendException cause) {
			write(Kind.DEAD_LETTERED, attempts, text(cause.getMessage()), names(leg, sink, cause.code()));
		}

		@Override
		public void dropped(Leg leg, String reason) {
			write(Kind.DROPPED, 0, text(reason), names(leg));
		}

		@Override
		public void duplicate(Leg leg) {
			write(Kind.DUPLICATE, 0, NO_TEXT, names(leg));
		}

		@Override
		public void givenBack(Leg leg, String reason) {
			write(Kind.GIVEN_BACK, 0, text(reason), names(leg));
		}

		private void write(Kind kind, int number, byte[] text, StoryRing.Name[] names) {
			this.ring.append(kind, this.event, this.position, number, names, text);
		}

		private static byte[] text(@Nullable String reason) {
			return StoryRing.text(String.valueOf(reason));
		}

		private StoryRing.Name[] names(Leg leg, String... more) {
			StoryRing.Name[] names = new StoryRing.Name[2 + more.length];
			names[0] = this.ring.name(leg.route());
			names[1] = this.ring.name(leg.binding().toString());
			for (int i = 0; i < more.length; i++) {
				names[i + 2] = this.ring.name(more[i]);
			}
			return names;
		}

	}

}
