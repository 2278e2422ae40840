package io.meshbridge.it;

import java.nio.charset.StandardCharsets;

import jakarta.jms.CompletionListener;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import org.apache.qpid.jms.JmsConnectionFactory;

/**
 * Binary mode over AMQP 1.0; acknowledged by the disposition.
 */
final class Amqp10NumberSender implements NumberSender {

	private final JMSContext context;

	Amqp10NumberSender(int port) {
		this.context = new JmsConnectionFactory("amqp://127.0.0.1:" + port
				+ "?jms.connectTimeout=15000&jms.requestTimeout=15000&jms.sendTimeout=15000&jms.closeTimeout=1000")
			.createContext();
	}

	@Override
	public void send(String destination, LedgerEvent event, Runnable acknowledged) {
		this.context.createProducer().setAsync(new CompletionListener() {

			@Override
			public void onCompletion(Message message) {
				acknowledged.run();
			}

			@Override
			public void onException(Message message, Exception failure) {
				// Not taken, so not acknowledged.
			}

		})
			.setProperty("cloudEvents_specversion", "1.0")
			.setProperty("cloudEvents_id", event.id())
			.setProperty("cloudEvents_source", "/ledger")
			.setProperty("cloudEvents_type", "number")
			.setProperty("cloudEvents_partitionkey", event.orderKey())
			.send(this.context.createQueue(destination), event.text().getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public void close() {
		this.context.close();
	}

}
