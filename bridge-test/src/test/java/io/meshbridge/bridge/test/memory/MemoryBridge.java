package io.meshbridge.bridge.test.memory;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.EventReader;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.format.MediaTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.stream.binder.Binder;
import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;

/**
 * A bridge that keeps every rule. Each protected method is a place where a bridge can go
 * wrong.
 */
class MemoryBridge implements Bridge {

	static final String PREFIX = "ce_";

	@Override
	public final String binderType() {
		return "memory";
	}

	@Override
	public final void prepare(String binderName, Binder<?, ?, ?> binder) {
		prepare((MemoryBinder) binder);
	}

	protected void prepare(MemoryBinder binder) {
	}

	@Override
	public final Source source(SourceSpec spec) {
		return new MemorySource(spec);
	}

	@Override
	public final Target target(TargetSpec spec, MessageChannel channel) {
		return new MemoryTarget(spec, channel);
	}

	protected MemoryMessage write(CloudEvent event, @Nullable String key, ContentMode mode) {
		byte[] data = (event.getData() == null) ? null : event.getData().toBytes();
		Map<String, Object> headers = new HashMap<>();
		if (mode == ContentMode.STRUCTURED) {
			return MemoryMessage.of(headers, MediaTypes.EVENT_JSON, key, JsonEventFormat.write(event));
		}
		Attributes.forEach(event, (name, value) -> headers.put(PREFIX + name, Attributes.canonical(value)));
		return MemoryMessage.of(headers, event.getDataContentType(), key, data);
	}

	protected Content read(SourceSpec spec, MemoryMessage message) {
		MemoryPlain plain = new MemoryPlain(plainId(message), spec.destination(), message);
		Map<String, Object> attributes = new HashMap<>();
		message.headers().forEach((name, value) -> {
			if (name.startsWith(PREFIX)) {
				attributes.put(name.substring(PREFIX.length()), value);
			}
		});
		try {
			CloudEvent event = EventReader.read(message.contentType(), attributes, message.body());
			return (event == null) ? new Content.Plain(plain) : new Content.Event(event);
		}
		catch (UnreadableMessageException ex) {
			return unreadable(plain, ex);
		}
	}

	protected String plainId(MemoryMessage message) {
		return message.id();
	}

	protected Content unreadable(MemoryPlain plain, UnreadableMessageException reason) {
		return new Content.Unreadable(plain, reason);
	}

	protected void receive(Content content, MemoryBroker.Delivery delivery, Consumer<? super InboundMessage> handler) {
		handler.accept(new MemoryInbound(this, content, delivery));
	}

	protected @Nullable Object orderKey(MemoryBroker.Delivery delivery) {
		return delivery.message().key();
	}

	protected void accept(MemoryBroker.Delivery delivery) {
		delivery.settle(true);
	}

	protected void refuse(MemoryBroker.Delivery delivery) {
		delivery.settle(false);
	}

	protected void publish(MessageChannel channel, MemoryMessage message, CompletableFuture<Void> confirmation) {
		channel.send(MemoryBinder.message(message, confirmation));
	}

	protected SendException failure(SendException failure) {
		return failure;
	}

	protected void failed(CompletableFuture<Void> send, SendException failure) {
		send.completeExceptionally(failure(failure));
	}

	protected void interrupted(CompletableFuture<Void> send, String destination) {
		failed(send,
				SendException.transientFailure("INTERRUPTED", destination + ": interrupted before the send", null));
	}

	private final class MemorySource implements Source {

		private final SourceSpec spec;

		MemorySource(SourceSpec spec) {
			this.spec = spec;
		}

		@Override
		public void configure(ConsumerProperties properties) {
			properties.setMaxAttempts(1);
		}

		@Override
		public void receive(Message<?> message, Consumer<? super InboundMessage> handler) {
			MemoryBroker.Delivery delivery = (MemoryBroker.Delivery) message.getHeaders().get(MemoryBinder.DELIVERY);
			if (delivery == null) {
				throw new IllegalStateException("not from the binder: " + message);
			}
			MemoryBridge.this.receive(read(this.spec, delivery.message()), delivery, handler);
		}

		@Override
		public FlowControl flowControl() {
			return FlowControl.PAUSE;
		}

		@Override
		public void close() {
		}

	}

	private final class MemoryTarget implements Target {

		private final TargetSpec spec;

		private final MessageChannel channel;

		private final Set<CompletableFuture<Void>> underWay = ConcurrentHashMap.newKeySet();

		MemoryTarget(TargetSpec spec, MessageChannel channel) {
			this.spec = spec;
			this.channel = channel;
		}

		@Override
		public void configure(ProducerProperties properties) {
		}

		@Override
		public CompletableFuture<Void> send(Outbound outbound) {
			CompletableFuture<Void> send = new CompletableFuture<>();
			if (Thread.currentThread().isInterrupted()) {
				interrupted(send, this.spec.destination());
				return send;
			}
			this.underWay.add(send);
			CompletableFuture<Void> confirmation = new CompletableFuture<>();
			confirmation.whenComplete((accepted, failure) -> {
				if (failure instanceof SendException known) {
					failed(send, known);
				}
				else {
					send.complete(null);
				}
			});
			fail(send, outbound.timeout());
			send.whenComplete((accepted, failure) -> this.underWay.remove(send));
			byte[] key = outbound.recordKey();
			publish(this.channel, write(outbound.event(),
					(key == null) ? null : new String(key, StandardCharsets.UTF_8), outbound.mode()), confirmation);
			return send;
		}

		private void fail(CompletableFuture<Void> send, Duration timeout) {
			CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS)
				.execute(() -> failed(send, SendException.transientFailure("TIMEOUT",
						this.spec.destination() + ": not confirmed within " + timeout, null)));
		}

		@Override
		public boolean keepsOrder() {
			return true;
		}

		@Override
		public void close() {
			this.underWay.forEach((send) -> failed(send,
					SendException.transientFailure("CLOSED", this.spec.destination() + ": closed", null)));
		}

	}

}
