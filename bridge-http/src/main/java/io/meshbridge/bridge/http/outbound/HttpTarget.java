package io.meshbridge.bridge.http.outbound;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;

import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.support.GenericMessage;

/**
 * The outbound side of an HTTP binding: a send is confirmed by an answer of 2xx.
 */
public final class HttpTarget implements Target {

	private final TargetUrl url;

	private final MessageChannel channel;

	private final Set<CompletableFuture<Void>> underWay = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	/**
	 * Makes a target.
	 * @throws IllegalArgumentException when its destination is no http or https URL
	 */
	public HttpTarget(TargetSpec spec, MessageChannel channel) {
		this.url = TargetUrl.parse(spec.destination());
		this.channel = channel;
	}

	/**
	 * What travels over the channel.
	 */
	record Posting(Outbound outbound, CompletableFuture<Void> sent) {
	}

	@Override
	public void configure(ProducerProperties properties) {
		// The handler takes a posting as it is; nothing is to be converted or copied.
		properties.setUseNativeEncoding(true);
		properties.setHeaderMode(HeaderMode.none);
	}

	@Override
	public CompletableFuture<Void> send(Outbound outbound) {
		if (this.closed) {
			return CompletableFuture.failedFuture(closing());
		}
		if (Thread.currentThread().isInterrupted()) {
			return CompletableFuture.failedFuture(SendException.transientFailure("INTERRUPTED",
					this.url + ": not sent, the thread was interrupted", null));
		}
		CompletableFuture<Void> sent = new CompletableFuture<>();
		this.underWay.add(sent);
		sent.whenComplete((done, failure) -> this.underWay.remove(sent));
		try {
			this.channel.send(new GenericMessage<>(new Posting(outbound, sent)));
		}
		catch (MessagingException ex) {
			sent.completeExceptionally(
					SendException.transientFailure("NOT_SENT", this.url + ": the binding did not take it", ex));
		}
		if (this.closed) {
			sent.completeExceptionally(closing());
		}
		return sent;
	}

	private SendException closing() {
		return SendException.transientFailure("CLOSED", this.url + ": the target was closed", null);
	}

	@Override
	public boolean keepsOrder() {
		return false;
	}

	@Override
	public boolean processesEvents() {
		return true;
	}

	@Override
	public void close() {
		this.closed = true;
		this.underWay.forEach((sent) -> sent.completeExceptionally(closing()));
	}

}
