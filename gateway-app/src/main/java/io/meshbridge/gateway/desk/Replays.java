package io.meshbridge.gateway.desk;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.meshbridge.rules.RateLimit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs that send letters again, one after the other. A letter stays on the desk
 * until its target, or the dead letter sink, has it. Thread-safe.
 */
final class Replays {

	private static final Logger logger = LoggerFactory.getLogger(Replays.class);

	private static final int MOST_UNDER_WAY = 100;

	private static final int MOST_REMEMBERED = 100;

	/** How often a job that waits for its rate looks whether it is still wanted. */
	private static final Duration LOOK = Duration.ofMillis(200);

	private final LetterStore store;

	private final Intake intake;

	private final ReplayRoutes routes;

	private final Clock clock;

	private final Consumer<String> replayed;

	private final ExecutorService thread = Executors.newSingleThreadExecutor((task) -> {
		Thread thread = new Thread(task, "dead-letter-replay");
		thread.setDaemon(true);
		return thread;
	});

	/** Numbers of letters that are with a target, or being changed. */
	private final Set<Long> underWay = ConcurrentHashMap.newKeySet();

	/** Newest last; guarded by this. */
	private final Deque<ReplayJob> jobs = new ArrayDeque<>();

	private long lastId;

	private boolean stopping;

	/**
	 * @param replayed hears the route of each letter that was taken
	 */
	Replays(LetterStore store, Intake intake, ReplayRoutes routes, Clock clock, Consumer<String> replayed) {
		this.store = store;
		this.intake = intake;
		this.routes = routes;
		this.clock = clock;
		this.replayed = replayed;
	}

	synchronized ReplayJob add(List<LetterStore.Ref> letters, Selection selection, String who, RateLimit rate,
			boolean force) {
		if (this.stopping) {
			throw new DeskUnavailableException("the gateway stops");
		}
		ReplayJob job = new ReplayJob(++this.lastId, who, selection, rate, force, this.clock.instant(), letters);
		this.jobs.addLast(job);
		if (this.jobs.size() > MOST_REMEMBERED) {
			this.jobs.removeIf((old) -> this.jobs.size() > MOST_REMEMBERED && old.progress().state().over());
		}
		this.thread.execute(() -> run(job));
		return job;
	}

	/**
	 * The last jobs, newest first.
	 */
	synchronized List<ReplayJob> jobs() {
		List<ReplayJob> all = new ArrayList<>();
		this.jobs.descendingIterator().forEachRemaining(all::add);
		return all;
	}

	void cancel(ReplayJob job) {
		job.end(ReplayJob.State.CANCELLED, null, this.clock.instant());
	}

	/**
	 * Whether a letter is with a target at the moment.
	 */
	boolean underWay(long number) {
		return this.underWay.contains(number);
	}

	/**
	 * Keeps a letter from being sent, until it is let go.
	 * @return {@code false} when it is with a target
	 */
	boolean hold(long number) {
		return this.underWay.add(number);
	}

	void letGo(long number) {
		this.underWay.remove(number);
	}

	private void run(ReplayJob job) {
		if (!job.begin()) {
			return;
		}
		try {
			RateLimiter limiter = RateLimiter.of("dead letter replay " + job.id(),
					RateLimiterConfig.custom()
						.limitForPeriod(job.rate().events())
						.limitRefreshPeriod(job.rate().per())
						.timeoutDuration(LOOK)
						.build());
			for (LetterStore.Ref ref : job.letters()) {
				if (!job.wanted()) {
					break;
				}
				replay(job, ref, limiter);
			}
			job.awaitUnderWay(0);
			job.end(ReplayJob.State.DONE, null, this.clock.instant());
		}
		catch (DeskUnavailableException ex) {
			job.end(ReplayJob.State.FAILED, ex.getMessage(), this.clock.instant());
		}
		catch (RuntimeException ex) {
			logger.error("dead letter replay {} has failed; its letters stay", job.id(), ex);
			job.end(ReplayJob.State.FAILED, String.valueOf(ex.getMessage()), this.clock.instant());
		}
		ReplayJob.Progress result = job.progress();
		logger.info("dead letter replay {}: {}, {} of {} delivered, {} dead letters again, {} refused, {} handed back",
				job.id(), result.state(), result.delivered(), result.selected(), result.deadLettered(),
				result.refused(), result.handedBack());
	}

	private void replay(ReplayJob job, LetterStore.Ref ref, RateLimiter limiter) {
		if (!hold(ref.number())) {
			job.refused("is being changed, or sent again by another replay");
			return;
		}
		boolean sent = false;
		try {
			LetterStore.Stored stored = this.store.find(ref.number());
			if (stored == null) {
				job.gone();
				return;
			}
			String refusal = this.routes.refusal(stored.letter(), job.force());
			if (refusal != null) {
				job.refused(refusal);
				return;
			}
			job.awaitUnderWay(MOST_UNDER_WAY - 1);
			while (job.wanted() && !limiter.acquirePermission()) {
				// Asked again, unless it was cancelled meanwhile.
				continue;
			}
			if (job.wanted()) {
				sent = send(job, ref, stored);
			}
		}
		finally {
			if (!sent) {
				letGo(ref.number());
			}
		}
	}

	private boolean send(ReplayJob job, LetterStore.Ref ref, LetterStore.Stored stored) {
		CompletableFuture<Boolean> settled = this.routes.send(stored);
		if (settled == null) {
			job.refused("the routes have changed while it was to be sent");
			return false;
		}
		job.started();
		settled.whenComplete((taken, failure) -> {
			if (failure != null) {
				letGo(ref.number());
				job.settled(null, text(failure));
				return;
			}
			if (taken) {
				this.replayed.accept(Objects.toString(ref.route(), ""));
			}
			this.intake.remove(ref, () -> {
				letGo(ref.number());
				job.settled(taken, null);
			});
		});
		return true;
	}

	private static @Nullable String text(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		return cause.getMessage();
	}

	/**
	 * Starts nothing more; what is under way is the routes' to settle.
	 */
	void stop() {
		List<ReplayJob> all;
		synchronized (this) {
			this.stopping = true;
			all = List.copyOf(this.jobs);
		}
		all.forEach((job) -> job.end(ReplayJob.State.STOPPED, null, this.clock.instant()));
		this.thread.shutdown();
	}

}
