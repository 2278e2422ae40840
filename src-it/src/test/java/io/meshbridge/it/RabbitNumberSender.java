package io.meshbridge.it;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;

/**
 * Persistent messages; acknowledged by the broker's confirms.
 */
final class RabbitNumberSender implements NumberSender {

	private static final AMQP.BasicProperties PERSISTENT = new AMQP.BasicProperties.Builder()
		.contentType(LedgerEvent.CONTENT_TYPE)
		.deliveryMode(2)
		.headers(Map.of())
		.build();

	private final Connection connection;

	private final Channel channel;

	private final ConcurrentNavigableMap<Long, Runnable> underWay = new ConcurrentSkipListMap<>();

	RabbitNumberSender(int port) throws IOException, TimeoutException {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost("127.0.0.1");
		factory.setPort(port);
		factory.setAutomaticRecoveryEnabled(false);
		factory.setConnectionTimeout(15_000);
		this.connection = factory.newConnection("numbers");
		this.channel = this.connection.createChannel();
		this.channel.confirmSelect();
		this.channel.addConfirmListener((tag, multiple) -> {
			ConcurrentNavigableMap<Long, Runnable> confirmed = multiple ? this.underWay.headMap(tag, true)
					: this.underWay.subMap(tag, true, tag, true);
			confirmed.values().forEach(Runnable::run);
			confirmed.clear();
		}, (tag, multiple) -> {
			// Not taken, so not acknowledged.
		});
	}

	@Override
	public void send(String destination, LedgerEvent event, Runnable acknowledged) throws IOException {
		this.underWay.put(this.channel.getNextPublishSeqNo(), acknowledged);
		this.channel.basicPublish(destination, destination, PERSISTENT, event.json());
	}

	@Override
	public void close() {
		this.connection.abort(2000);
	}

}
