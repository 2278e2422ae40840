package io.meshbridge.bridge.test.memory;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.springframework.cloud.stream.binder.Binder;
import org.springframework.cloud.stream.binder.Binding;
import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.DefaultBinding;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.context.Lifecycle;
import org.springframework.integration.core.Pausable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.SubscribableChannel;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Binds channels to topics of the broker in memory.
 */
class MemoryBinder implements Binder<MessageChannel, ConsumerProperties, ProducerProperties> {

	static final String CONFIRMATION = "memory_confirmation";

	static final String DELIVERY = "memory_delivery";

	private final MemoryBroker broker;

	private boolean sharesGroups = true;

	private boolean pauses = true;

	MemoryBinder(MemoryBroker broker) {
		this.broker = broker;
	}

	MemoryBroker broker() {
		return this.broker;
	}

	void doNotShareGroups() {
		this.sharesGroups = false;
	}

	void doNotPause() {
		this.pauses = false;
	}

	@Override
	public Binding<MessageChannel> bindConsumer(String topic, String group, MessageChannel channel,
			ConsumerProperties properties) {
		String shared = this.sharesGroups ? group : group + UUID.randomUUID();
		MemoryBroker.Reader reader = this.broker.read(topic, shared, (delivery) -> channel
			.send(MessageBuilder.withPayload(delivery.message()).setHeader(DELIVERY, delivery).build()));
		return new DefaultBinding<>(topic, group, channel, new ReaderLifecycle(reader, this.pauses));
	}

	@Override
	public Binding<MessageChannel> bindProducer(String topic, MessageChannel channel, ProducerProperties properties) {
		this.broker.requireUp(topic);
		((SubscribableChannel) channel).subscribe((message) -> publish(topic, message));
		return new DefaultBinding<>(topic, channel, null);
	}

	@SuppressWarnings("unchecked")
	private void publish(String topic, Message<?> message) {
		CompletableFuture<Void> confirmation = (CompletableFuture<Void>) message.getHeaders().get(CONFIRMATION);
		this.broker.publish(topic, (MemoryMessage) message.getPayload()).whenComplete((accepted, failure) -> {
			if (confirmation != null && failure != null) {
				confirmation.completeExceptionally(failure);
			}
			else if (confirmation != null) {
				confirmation.complete(null);
			}
		});
	}

	static Message<?> message(MemoryMessage message, CompletableFuture<Void> confirmation) {
		return new GenericMessage<>(message, Map.of(CONFIRMATION, confirmation));
	}

	private record ReaderLifecycle(MemoryBroker.Reader reader, boolean pauses) implements Lifecycle, Pausable {

		@Override
		public void start() {
		}

		@Override
		public void stop() {
			this.reader.close();
		}

		@Override
		public boolean isRunning() {
			return true;
		}

		@Override
		public void pause() {
			this.reader.pause(this.pauses);
		}

		@Override
		public void resume() {
			this.reader.pause(false);
		}

	}

}
