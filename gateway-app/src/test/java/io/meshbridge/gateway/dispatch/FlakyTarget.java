package io.meshbridge.gateway.dispatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.gateway.bindings.EventSender;
import org.jspecify.annotations.Nullable;

/**
 * A target whose network fails every now and then. Where it keeps order it is one
 * connection: when that breaks, all that was sent over it and not confirmed fails before
 * the next one opens. Where it does not, each event goes its own way and takes its own
 * time.
 */
final class FlakyTarget implements EventSender, AutoCloseable {

	private final boolean keepsOrder;

	private final Random random;

	private final ScheduledExecutorService network;

	private final Deque<Sent> connection = new ArrayDeque<>();

	private final List<String> accepted = new ArrayList<>();

	FlakyTarget(boolean keepsOrder, Random random) {
		this.keepsOrder = keepsOrder;
		this.random = random;
		this.network = Executors.newScheduledThreadPool(keepsOrder ? 1 : 4);
	}

	@Override
	public synchronized CompletableFuture<Void> send(Outbound outbound) {
		Sent sent = new Sent(outbound.event().getId(), new CompletableFuture<>());
		if (this.keepsOrder) {
			this.connection.add(sent);
			this.network.execute(this::next);
		}
		else {
			this.network.schedule(() -> answer(sent), this.random.nextInt(300), TimeUnit.MICROSECONDS);
		}
		return sent.answer();
	}

	private void next() {
		Sent first = poll();
		if (first == null) {
			return;
		}
		if (fails()) {
			for (Sent lost = first; lost != null; lost = poll()) {
				lost.answer().completeExceptionally(ScriptedTarget.down());
			}
			return;
		}
		accept(first);
	}

	private synchronized @Nullable Sent poll() {
		return this.connection.poll();
	}

	private void accept(Sent sent) {
		synchronized (this) {
			this.accepted.add(sent.id());
		}
		sent.answer().complete(null);
	}

	private void answer(Sent sent) {
		if (fails()) {
			sent.answer().completeExceptionally(ScriptedTarget.down());
		}
		else {
			accept(sent);
		}
	}

	private boolean fails() {
		return this.random.nextInt(20) == 0;
	}

	synchronized List<String> accepted() {
		return List.copyOf(this.accepted);
	}

	@Override
	public boolean keepsOrder() {
		return this.keepsOrder;
	}

	@Override
	public boolean processesEvents() {
		return false;
	}

	@Override
	public void close() {
		this.network.shutdownNow();
	}

	private record Sent(String id, CompletableFuture<Void> answer) {
	}

}
