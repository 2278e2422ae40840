package io.meshbridge.broker.channel;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;

import org.springframework.cloud.stream.binder.Binder;
import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.GenericMessage;

/**
 * Events into and out of the channels of the embedded broker.
 */
final class EmbeddedChannelBridge implements Bridge {

	/** Name in {@code META-INF/spring.binders}. */
	static final String TYPE = "channel";

	private final EmbeddedJournal journal;

	EmbeddedChannelBridge(EmbeddedJournal journal) {
		this.journal = journal;
	}

	@Override
	public String binderType() {
		return TYPE;
	}

	@Override
	public void prepare(String binderName, Binder<?, ?, ?> binder) {
		((ChannelMessageBinder) binder).readAndWrite(this.journal);
	}

	@Override
	public Source source(SourceSpec spec) {
		return new ChannelSource();
	}

	@Override
	public Target target(TargetSpec spec, MessageChannel channel) {
		return new ChannelTarget(spec.destination(), channel);
	}

	private static final class ChannelSource implements Source {

		@Override
		public void configure(ConsumerProperties properties) {
			properties.setMaxAttempts(1);
		}

		@Override
		public void receive(Message<?> message, Consumer<? super InboundMessage> handler) {
			handler.accept((ChannelReader.Received) message.getPayload());
		}

		@Override
		public FlowControl flowControl() {
			return FlowControl.PAUSE;
		}

		@Override
		public void close() {
		}

	}

	private static final class ChannelTarget implements Target {

		private final String name;

		private final MessageChannel channel;

		private final Set<CompletableFuture<Void>> underWay = ConcurrentHashMap.newKeySet();

		ChannelTarget(String name, MessageChannel channel) {
			this.name = name;
			this.channel = channel;
		}

		@Override
		public void configure(ProducerProperties properties) {
			properties.setUseNativeEncoding(true);
		}

		@Override
		public CompletableFuture<Void> send(Outbound outbound) {
			CompletableFuture<Void> stored = new CompletableFuture<>();
			if (Thread.currentThread().isInterrupted()) {
				stored.completeExceptionally(SendException.transientFailure("INTERRUPTED",
						"channel " + this.name + ": the sending thread was interrupted", null));
				return stored;
			}
			this.underWay.add(stored);
			stored.whenComplete((done, failure) -> this.underWay.remove(stored));
			try {
				this.channel.send(new GenericMessage<>(new ChannelWriter.Stored(this.name, outbound, stored)));
			}
			catch (RuntimeException ex) {
				stored.completeExceptionally(SendException.transientFailure("NOT_STORED",
						"channel " + this.name + ": " + ex.getMessage(), ex));
			}
			return stored;
		}

		@Override
		public boolean keepsOrder() {
			return true;
		}

		@Override
		public void close() {
			this.underWay.forEach((stored) -> stored.completeExceptionally(SendException.transientFailure("CLOSED",
					"channel " + this.name + ": the binding ended before the event was stored", null)));
		}

	}

}
