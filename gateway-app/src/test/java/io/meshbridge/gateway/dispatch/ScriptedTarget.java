package io.meshbridge.gateway.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.bindings.EventSender;
import org.jspecify.annotations.Nullable;

/**
 * A target that answers as the test says, and remembers what it was sent and what it
 * took.
 */
final class ScriptedTarget implements EventSender {

	private final boolean keepsOrder;

	/** Else it is a broker. */
	private volatile boolean processesEvents = true;

	private final List<Outbound> sent = new ArrayList<>();

	private final List<CompletableFuture<Void>> answers = new ArrayList<>();

	private volatile Function<CloudEvent, CompletableFuture<Void>> script = (event) -> CompletableFuture
		.completedFuture(null);

	private volatile Function<CloudEvent, @Nullable Content> reply = (event) -> null;

	ScriptedTarget(boolean keepsOrder) {
		this.keepsOrder = keepsOrder;
	}

	/** Answers by hand, through {@link #answer}. */
	ScriptedTarget byHand() {
		this.script = (event) -> new CompletableFuture<>();
		return this;
	}

	ScriptedTarget answers(Function<CloudEvent, CompletableFuture<Void>> answer) {
		this.script = answer;
		return this;
	}

	/** Says so before its answer. */
	ScriptedTarget replies(Function<CloudEvent, @Nullable Content> made) {
		this.reply = made;
		return this;
	}

	ScriptedTarget takesAll() {
		return answers((event) -> CompletableFuture.completedFuture(null));
	}

	ScriptedTarget isDown() {
		return answers((event) -> CompletableFuture.failedFuture(down()));
	}

	ScriptedTarget isGone() {
		return answers((event) -> CompletableFuture.failedFuture(gone()));
	}

	ScriptedTarget broker() {
		this.processesEvents = false;
		return this;
	}

	static SendException gone() {
		return SendException.unreachable("CONNECTION_REFUSED", "nobody is there", null);
	}

	static SendException down() {
		return SendException.transientFailure("503", "the target is down", null);
	}

	static SendException bad() {
		return SendException.permanent("400", "the target does not like it", null);
	}

	@Override
	public synchronized CompletableFuture<Void> send(Outbound outbound) {
		CompletableFuture<Void> answer = this.script.apply(outbound.event());
		this.sent.add(outbound);
		this.answers.add(answer);
		Content replied = this.reply.apply(outbound.event());
		if (replied != null && outbound.replyTo() != null) {
			outbound.replyTo().taker().accept(replied);
		}
		return answer;
	}

	synchronized CompletableFuture<Void> answer(int index) {
		return this.answers.get(index);
	}

	synchronized List<String> sentIds() {
		return this.sent.stream().map((outbound) -> outbound.event().getId()).toList();
	}

	synchronized Outbound sent(int index) {
		return this.sent.get(index);
	}

	synchronized int sentCount() {
		return this.sent.size();
	}

	@Override
	public boolean keepsOrder() {
		return this.keepsOrder;
	}

	@Override
	public boolean processesEvents() {
		return this.processesEvents;
	}

	@Override
	public String toString() {
		return "kafka:scripted";
	}

}
