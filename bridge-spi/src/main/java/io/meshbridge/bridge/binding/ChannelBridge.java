package io.meshbridge.bridge.binding;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.PlainMessage;
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
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.util.MimeType;

/**
 * Uses a binder that has no bridge through its channels alone. Such a binder is answered
 * by returning from the channel, or throwing, so its thread waits for the targets of
 * every message; and a send counts as confirmed when the channel took it, which is as
 * much as the binder promises. Attributes are headers with the prefix {@code ce-}; other
 * prefixes are read too.
 */
final class ChannelBridge implements Bridge {

	private static final String PREFIX = "ce-";

	private static final String[] READ_PREFIXES = { PREFIX, "ce_", "cloudevents_", "cloudevents:" };

	@Override
	public String binderType() {
		return "*";
	}

	@Override
	public void prepare(String binderName, Binder<?, ?, ?> binder) {
	}

	@Override
	public Source source(SourceSpec spec) {
		return new ChannelSource(spec);
	}

	@Override
	public Target target(TargetSpec spec, MessageChannel channel) {
		return new ChannelTarget(spec, channel);
	}

	private record ChannelSource(SourceSpec spec) implements Source {

		@Override
		public void configure(ConsumerProperties properties) {
			// Retry has one owner, and it is not the binder.
			properties.setMaxAttempts(1);
		}

		@Override
		public void receive(Message<?> message, Consumer<? super InboundMessage> handler) {
			ChannelMessage inbound = new ChannelMessage(this.spec, message);
			handler.accept(inbound);
			inbound.await(message);
		}

		@Override
		public FlowControl flowControl() {
			return FlowControl.BLOCK;
		}

		@Override
		public void close() {
		}

	}

	private static final class ChannelMessage implements InboundMessage, PlainMessage {

		private final SourceSpec spec;

		private final MessageHeaders headers;

		private final byte[] data;

		private final CompletableFuture<Void> settled = new CompletableFuture<>();

		ChannelMessage(SourceSpec spec, Message<?> message) {
			this.spec = spec;
			this.headers = message.getHeaders();
			this.data = (message.getPayload() instanceof byte[] bytes) ? bytes
					: message.getPayload().toString().getBytes(StandardCharsets.UTF_8);
		}

		void await(Message<?> message) {
			try {
				this.settled.get();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new MessageHandlingException(message, "interrupted before the targets confirmed", ex);
			}
			catch (ExecutionException ex) {
				throw new MessageHandlingException(message, "no target took it", ex);
			}
		}

		@Override
		public Content content() {
			try {
				CloudEvent event = EventReader.read(contentType(), attributes(), this.data);
				return (event != null) ? new Content.Event(event) : new Content.Plain(this);
			}
			catch (UnreadableMessageException ex) {
				return new Content.Unreadable(this, ex);
			}
		}

		private Map<String, Object> attributes() {
			Map<String, Object> attributes = new LinkedHashMap<>();
			this.headers.forEach((name, value) -> {
				String lower = name.toLowerCase(Locale.ROOT);
				for (String prefix : READ_PREFIXES) {
					if (lower.startsWith(prefix)) {
						attributes.put(lower.substring(prefix.length()), value);
					}
				}
			});
			return attributes;
		}

		@Override
		public @Nullable Object orderKey() {
			return null;
		}

		@Override
		public int sizeBytes() {
			return this.data.length;
		}

		@Override
		public void accept() {
			this.settled.complete(null);
		}

		@Override
		public void refuse(Throwable reason) {
			this.settled.completeExceptionally(reason);
		}

		@Override
		public String id() {
			// Spring's own message id is new on every delivery, so it is the last resort.
			Object id = this.headers.getOrDefault("messageId", this.headers.getId());
			return Objects.requireNonNullElseGet(id, UUID::randomUUID).toString();
		}

		@Override
		public String source() {
			return "/" + this.spec.binderName() + "/" + this.spec.destination();
		}

		@Override
		public @Nullable String subject() {
			return null;
		}

		@Override
		public @Nullable String contentType() {
			Object value = this.headers.get(MessageHeaders.CONTENT_TYPE);
			return (value instanceof MimeType || value instanceof String) ? value.toString() : null;
		}

		@Override
		public byte[] data() {
			return this.data;
		}

		@Override
		public @Nullable String property(String name) {
			if (name.equals("topic")) {
				return this.spec.destination();
			}
			Object value = name.startsWith("header.") ? this.headers.get(name.substring("header.".length())) : null;
			return (value == null) ? null : value.toString();
		}

		@Override
		public Map<String, String> headers() {
			Map<String, String> text = new LinkedHashMap<>();
			this.headers.forEach((name, value) -> text.put(name, String.valueOf(value)));
			return text;
		}

	}

	private static final class ChannelTarget implements Target {

		private final TargetSpec spec;

		private final MessageChannel channel;

		private final ExecutorService sender;

		ChannelTarget(TargetSpec spec, MessageChannel channel) {
			this.spec = spec;
			this.channel = channel;
			this.sender = Executors.newSingleThreadExecutor((task) -> {
				Thread thread = new Thread(task, "send-" + spec.bindingName());
				thread.setDaemon(true);
				return thread;
			});
		}

		@Override
		public void configure(ProducerProperties properties) {
		}

		@Override
		public CompletableFuture<Void> send(Outbound outbound) {
			CompletableFuture<Void> sent = new CompletableFuture<>();
			this.sender.execute(() -> {
				if (sent.isDone()) {
					return;
				}
				try {
					sendNow(outbound);
					sent.complete(null);
				}
				catch (Exception ex) {
					sent.completeExceptionally(failure(ex));
				}
			});
			return sent;
		}

		private void sendNow(Outbound outbound) throws SendException {
			Map<String, Object> headers = new HashMap<>();
			byte[] payload = write(outbound, headers);
			boolean taken = this.channel.send(new GenericMessage<>(payload, headers));
			// An interrupted wait inside a binder's client looks like a success.
			if (!taken || Thread.currentThread().isInterrupted()) {
				throw SendException.transientFailure("NOT_SENT", this.spec.destination() + ": the binder '"
						+ this.spec.binderName() + "' did not take the message", null);
			}
		}

		private static byte[] write(Outbound outbound, Map<String, Object> headers) {
			CloudEvent event = outbound.event();
			if (outbound.mode() == ContentMode.STRUCTURED) {
				headers.put(MessageHeaders.CONTENT_TYPE, MediaTypes.EVENT_JSON);
				return JsonEventFormat.write(event);
			}
			Attributes.forEach(event, (name, value) -> headers.put(PREFIX + name, Attributes.canonical(value)));
			if (event.getDataContentType() != null) {
				headers.put(MessageHeaders.CONTENT_TYPE, event.getDataContentType());
			}
			return (event.getData() == null) ? new byte[0] : event.getData().toBytes();
		}

		private SendException failure(Exception ex) {
			Throwable cause = (ex instanceof CompletionException && ex.getCause() != null) ? ex.getCause() : ex;
			return (cause instanceof SendException known) ? known : SendException.transientFailure("NOT_SENT",
					this.spec.destination() + ": " + cause.getMessage(), cause);
		}

		@Override
		public boolean keepsOrder() {
			return true;
		}

		/**
		 * It does not say what a failure is due to, so it may be the event.
		 */
		@Override
		public boolean processesEvents() {
			return true;
		}

		@Override
		public void close() {
			this.sender.shutdownNow();
		}

	}

}
