package io.meshbridge.gateway.queue;

import java.util.concurrent.LinkedBlockingDeque;

import org.springframework.cloud.stream.binder.Binder;
import org.springframework.cloud.stream.binder.Binding;
import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.DefaultBinding;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.context.Lifecycle;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.SubscribableChannel;

/**
 * Hands messages over one at a time; one that the channel throws on goes back to the
 * head.
 */
class QueueBinder implements Binder<MessageChannel, ConsumerProperties, ProducerProperties> {

	private final Queues queues;

	QueueBinder(Queues queues) {
		this.queues = queues;
	}

	@Override
	public Binding<MessageChannel> bindConsumer(String name, String group, MessageChannel channel,
			ConsumerProperties properties) {
		Consumer consumer = new Consumer(this.queues.queue(name, group), channel, () -> this.queues.settled(name));
		consumer.start();
		return new DefaultBinding<>(name, group, channel, consumer);
	}

	@Override
	public Binding<MessageChannel> bindProducer(String name, MessageChannel channel, ProducerProperties properties) {
		((SubscribableChannel) channel).subscribe((message) -> this.queues.send(name, message));
		return new DefaultBinding<>(name, channel, new Consumer(new LinkedBlockingDeque<>(), channel, () -> {
		}));
	}

	private static final class Consumer implements Lifecycle, Runnable {

		private final LinkedBlockingDeque<Message<?>> queue;

		private final MessageChannel channel;

		private final Runnable settled;

		private final Thread thread = new Thread(this, "queue-consumer");

		private volatile boolean running;

		Consumer(LinkedBlockingDeque<Message<?>> queue, MessageChannel channel, Runnable settled) {
			this.queue = queue;
			this.channel = channel;
			this.settled = settled;
		}

		@Override
		public void run() {
			try {
				while (this.running) {
					Message<?> message = this.queue.take();
					try {
						this.channel.send(message);
						this.settled.run();
					}
					catch (RuntimeException ex) {
						this.queue.addFirst(message);
					}
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		@Override
		public void start() {
			this.running = true;
			this.thread.setDaemon(true);
			this.thread.start();
		}

		@Override
		public void stop() {
			this.running = false;
			this.thread.interrupt();
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

}
