package io.meshbridge.bridge.rabbit;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.meshbridge.bridge.SendException;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.rabbit.connection.ConnectionFactory;

/**
 * Publishes on one channel, in the order it is asked to, from a thread of its own: the
 * client's publish waits while the broker reads nothing, as it does when it is low on
 * memory or disk. What is under way fails at once when the channel goes, and so does what
 * waits behind it, so that a later message can't overtake an earlier one that has to be
 * sent again. The same happens when a message is given up before it was sent, or while
 * the broker answers nothing at all.
 */
final class ConfirmingPublisher implements AutoCloseable {

	private static final long SWEEP_MILLIS = 200;

	/** How long after a failed attempt to connect everything fails without another. */
	private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

	/**
	 * Under load the sender naps instead of waiting for the next message: to wake it for
	 * each one costs the callers more than the sending does.
	 */
	private static final long NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

	private static final int NAPS_BEFORE_SLEEP = 10;

	private static final long SLEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final long STOP_MILLIS = 2000;

	private final String bindingName;

	private final ConnectionFactory connections;

	private final String exchange;

	private final String identityHeader;

	private final PublishFailures failures;

	private final ScheduledExecutorService timeouts;

	private final Queue<Publication> waiting = new ConcurrentLinkedQueue<>();

	/** Written by the sending thread. */
	private volatile @Nullable PublishingChannel channel;

	/** What the sending thread is busy with. */
	private volatile @Nullable Publication inHand;

	/** Why the broker took nothing when the last channel was given up, until the next. */
	private volatile @Nullable String blockedBefore;

	private volatile boolean closed;

	/** Whether the sender has to be woken for the next message. */
	private volatile boolean asleep;

	/** Set once, guarded by this. */
	private volatile @Nullable Thread sender;

	/** Guarded by this. */
	private @Nullable ScheduledFuture<?> sweep;

	/** When the last attempt to connect failed, and how; for the sending thread. */
	private @Nullable SendException unconnected;

	private long unconnectedNanos;

	ConfirmingPublisher(String bindingName, ConnectionFactory connections, String exchange, String identityHeader,
			PublishFailures failures, ScheduledExecutorService timeouts) {
		this.bindingName = bindingName;
		this.connections = connections;
		this.exchange = exchange;
		this.identityHeader = identityHeader;
		this.failures = failures;
		this.timeouts = timeouts;
	}

	/**
	 * Takes a message; returns at once.
	 */
	void publish(Publication publication) {
		this.waiting.add(publication);
		if (this.closed) {
			failWaiting(this.failures.ended());
		}
		else if (this.sender == null) {
			start();
		}
		else if (this.asleep) {
			wake();
		}
	}

	private synchronized void start() {
		if (this.sender == null && !this.closed) {
			Thread thread = new Thread(this::send, "rabbit-publish-" + this.bindingName);
			thread.setDaemon(true);
			this.sender = thread;
			this.sweep = this.timeouts.scheduleWithFixedDelay(this::failOverdue, SWEEP_MILLIS, SWEEP_MILLIS,
					TimeUnit.MILLISECONDS);
			thread.start();
		}
	}

	private void send() {
		int naps = 0;
		while (!this.closed) {
			settleLoss();
			Publication next = this.waiting.poll();
			if (next != null) {
				naps = 0;
				this.inHand = next;
				send(next);
				this.inHand = null;
			}
			else if (naps < NAPS_BEFORE_SLEEP) {
				naps++;
				LockSupport.parkNanos(NAP_NANOS);
			}
			else {
				naps = 0;
				sleep();
			}
		}
	}

	private void sleep() {
		this.asleep = true;
		// Looked at again after saying so, lest a message comes in between and nobody
		// wakes us.
		if (this.waiting.isEmpty()) {
			LockSupport.parkNanos(SLEEP_NANOS);
		}
		this.asleep = false;
	}

	/**
	 * After the channel went: waits until what was on it has failed, fails what came in
	 * behind it, and leaves the way free for another.
	 */
	private void settleLoss() {
		PublishingChannel lost = this.channel;
		if (lost == null || lost.open()) {
			return;
		}
		PublishingChannel.Loss loss = lost.loss();
		while (loss == null && !this.closed) {
			LockSupport.parkNanos(NAP_NANOS);
			loss = lost.loss();
		}
		this.channel = null;
		// A failure for good is not sent again, so nothing can be overtaken.
		if (loss != null && !loss.reason().permanent()) {
			failWaiting(loss.reason());
		}
	}

	private void send(Publication publication) {
		try {
			PublishingChannel open = publication.isDone() ? null : channel();
			if (open == null || publication.isDone()) {
				// Given up while it waited for its turn, or for the channel.
				failWaiting(this.failures.aborted((open != null) ? open.blocked() : this.blockedBefore));
			}
			else {
				open.publish(publication);
			}
		}
		catch (SendException ex) {
			publication.completeExceptionally(ex);
			failWaiting(ex);
		}
		catch (RuntimeException ex) {
			// Nobody else sends, so this thread goes on whatever the client throws.
			SendException failure = this.failures.unconnected(ex);
			publication.completeExceptionally(failure);
			failWaiting(failure);
		}
	}

	private PublishingChannel channel() throws SendException {
		PublishingChannel open = this.channel;
		if (open != null) {
			return open;
		}
		SendException failed = this.unconnected;
		if (failed != null && System.nanoTime() - this.unconnectedNanos < RECONNECT_NANOS) {
			throw failed;
		}
		try {
			open = PublishingChannel.open(this.connections, this.exchange, this.identityHeader, this.failures,
					this::wake);
			this.unconnected = null;
			this.blockedBefore = null;
			this.channel = open;
			if (this.closed) {
				open.close();
			}
			return open;
		}
		catch (SendException ex) {
			this.unconnected = ex;
			this.unconnectedNanos = System.nanoTime();
			throw ex;
		}
	}

	private void failWaiting(SendException reason) {
		Publication next = this.waiting.poll();
		while (next != null) {
			next.completeExceptionally(reason);
			next = this.waiting.poll();
		}
	}

	private void wake() {
		LockSupport.unpark(this.sender);
	}

	private void failOverdue() {
		long now = System.nanoTime();
		PublishingChannel open = this.channel;
		String blocked = (open != null) ? open.blocked() : this.blockedBefore;
		List<Publication> all = new ArrayList<>();
		if (open != null) {
			all.addAll(open.outstanding());
		}
		Publication sending = this.inHand;
		if (sending != null) {
			all.add(sending);
		}
		all.addAll(this.waiting);
		for (Publication publication : all) {
			if (publication.overdue(now)) {
				publication.completeExceptionally(this.failures.overdue(blocked));
			}
		}
		if (open != null && open.hangs(now)) {
			SendException reason = this.failures.aborted(blocked);
			this.blockedBefore = blocked;
			open.abandon(reason);
			failWaiting(reason);
		}
	}

	@Override
	public void close() {
		Thread thread;
		synchronized (this) {
			this.closed = true;
			thread = this.sender;
			if (this.sweep != null) {
				this.sweep.cancel(false);
			}
		}
		PublishingChannel open = this.channel;
		if (open != null) {
			open.close();
		}
		if (thread != null) {
			thread.interrupt();
			try {
				thread.join(STOP_MILLIS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
		Publication sending = this.inHand;
		if (sending != null) {
			sending.completeExceptionally(this.failures.ended());
		}
		failWaiting(this.failures.ended());
	}

}
