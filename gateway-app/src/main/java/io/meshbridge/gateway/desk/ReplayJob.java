package io.meshbridge.gateway.desk;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.meshbridge.rules.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * Sends a selection of letters again. What it takes was chosen when it was asked for, so
 * a letter that comes back meanwhile is left for the next one. Thread-safe.
 */
public final class ReplayJob {

	private static final int MOST_REFUSALS_TOLD = 20;

	private final long id;

	private final String who;

	private final String selection;

	private final RateLimit rate;

	private final boolean force;

	private final Instant asked;

	/** Only for the thread that runs it. */
	private final List<LetterStore.Ref> letters;

	/** Guarded by this, as is all that follows. */
	private State state = State.WAITING;

	private @Nullable Instant ended;

	private @Nullable String problem;

	private int underWay;

	private long delivered;

	private long deadLettered;

	private long handedBack;

	private long gone;

	private long refused;

	private final Map<String, Long> refusals = new TreeMap<>();

	ReplayJob(long id, String who, Selection selection, RateLimit rate, boolean force, Instant asked,
			List<LetterStore.Ref> letters) {
		this.id = id;
		this.who = who;
		this.selection = selection.toString();
		this.rate = rate;
		this.force = force;
		this.asked = asked;
		this.letters = List.copyOf(letters);
	}

	long id() {
		return this.id;
	}

	RateLimit rate() {
		return this.rate;
	}

	boolean force() {
		return this.force;
	}

	List<LetterStore.Ref> letters() {
		return this.letters;
	}

	/**
	 * @return {@code false} when it was cancelled before
	 */
	synchronized boolean begin() {
		if (this.state == State.WAITING) {
			this.state = State.RUNNING;
		}
		return this.state == State.RUNNING;
	}

	synchronized boolean wanted() {
		return this.state == State.RUNNING;
	}

	synchronized void end(State how, @Nullable String why, Instant now) {
		if (!this.state.over()) {
			this.state = how;
			this.problem = why;
			this.ended = now;
		}
		notifyAll();
	}

	synchronized void started() {
		this.underWay++;
	}

	/**
	 * @param taken whether the target took it; {@code null} when nobody did
	 */
	synchronized void settled(@Nullable Boolean taken, @Nullable String why) {
		this.underWay--;
		if (taken == null) {
			this.handedBack++;
			note(String.valueOf(why));
		}
		else if (taken) {
			this.delivered++;
		}
		else {
			this.deadLettered++;
		}
		notifyAll();
	}

	synchronized void refused(String why) {
		this.refused++;
		note(why);
	}

	private void note(String why) {
		if (this.refusals.containsKey(why) || this.refusals.size() < MOST_REFUSALS_TOLD) {
			this.refusals.merge(why, 1L, Long::sum);
		}
	}

	synchronized void gone() {
		this.gone++;
	}

	/**
	 * Waits until no more than so many letters are under way, or it is not wanted any
	 * more.
	 */
	synchronized void awaitUnderWay(int most) {
		while (this.underWay > most && this.state == State.RUNNING) {
			try {
				wait();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException("nobody interrupts this thread", ex);
			}
		}
	}

	/**
	 * How far it is.
	 */
	public synchronized Progress progress() {
		return new Progress(this.id, this.state, this.who, this.selection, this.rate.toString(), this.force, this.asked,
				this.ended, this.problem, this.letters.size(), this.underWay, this.delivered, this.deadLettered,
				this.handedBack, this.refused, this.gone, Map.copyOf(this.refusals));
	}

	/**
	 * What a job can be.
	 */
	public enum State {

		/** Another one runs. */
		WAITING,

		/** It sends. */
		RUNNING,

		/** All of its letters are settled. */
		DONE,

		/** An operator ended it; what was under way goes on. */
		CANCELLED,

		/** The gateway stops. */
		STOPPED,

		/** The letters can't be read. */
		FAILED;

		boolean over() {
			return this != WAITING && this != RUNNING;
		}

	}

	/**
	 * How far a job is.
	 *
	 * @param who the address it was asked from
	 * @param selection which letters
	 * @param rate how many leave in a time
	 * @param force whether letters are sent again however often that was done before
	 * @param problem why it failed
	 * @param selected how many letters it has to send
	 * @param underWay sent, and not settled yet
	 * @param delivered taken by their targets
	 * @param deadLettered not taken again; each is a new letter
	 * @param handedBack sent, and neither taken nor dead-lettered: still there
	 * @param refused not sent: still there
	 * @param gone not there any more when it was their turn
	 * @param refusals why, and how often
	 */
	public record Progress(long id, State state, String who, String selection, String rate, boolean force,
			Instant asked, @Nullable Instant ended, @Nullable String problem, long selected, long underWay,
			long delivered, long deadLettered, long handedBack, long refused, long gone, Map<String, Long> refusals) {

		public Progress {
			refusals = Map.copyOf(refusals);
		}
	}

}
