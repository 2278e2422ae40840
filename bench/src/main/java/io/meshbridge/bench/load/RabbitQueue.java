package io.meshbridge.bench.load;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

/**
 * A durable topic exchange with a durable queue behind it that gets all messages; both
 * have the same name and go when it is closed.
 */
public final class RabbitQueue implements Receiver {

	private static final int PREFETCH = 2000;

	private static final int ACK_EVERY = 200;

	private final String name;

	private final Connection connection;

	private final Channel channel;

	private volatile @Nullable Throwable failure;

	/**
	 * Makes exchange and queue, and begins to read.
	 */
	public RabbitQueue(int port, String name, Arrivals arrivals) throws IOException, TimeoutException {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost("127.0.0.1");
		factory.setPort(port);
		this.name = name;
		this.connection = factory.newConnection();
		this.channel = this.connection.createChannel();
		this.channel.exchangeDeclare(name, "topic", true);
		this.channel.queueDeclare(name, true, false, false, null);
		this.channel.queueBind(name, name, "#");
		this.channel.basicQos(PREFETCH);
		this.channel.basicConsume(name, false, new DefaultConsumer(this.channel) {

			private int unacknowledged;

			@Override
			public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
					throws IOException {
				arrivals.arrived(body);
				if (++this.unacknowledged >= ACK_EVERY) {
					this.unacknowledged = 0;
					getChannel().basicAck(envelope.getDeliveryTag(), true);
				}
			}

			@Override
			public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
				if (!signal.isInitiatedByApplication()) {
					RabbitQueue.this.failure = signal;
				}
			}

		});
	}

	@Override
	public @Nullable Throwable failure() {
		return this.failure;
	}

	@Override
	public void close() {
		try {
			this.channel.queueDelete(this.name);
			this.channel.exchangeDelete(this.name);
			this.connection.close(5000);
		}
		catch (IOException | ShutdownSignalException ex) {
			// The broker is gone, and its data folder goes with it.
			this.connection.abort(1000);
		}
	}

}
