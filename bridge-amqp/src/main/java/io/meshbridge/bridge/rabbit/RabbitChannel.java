package io.meshbridge.bridge.rabbit;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.meshbridge.bridge.channel.ChannelInUseException;

import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.RabbitUtils;

/**
 * A durable channel on RabbitMQ: a topic exchange with a queue for each group. What comes
 * in while there is no group goes by the alternate exchange into a queue of its own, and
 * the first group that is there gets it.
 */
final class RabbitChannel {

	/** In no name of a group, so never a group's queue. */
	private static final String UNREAD = "//unread";

	private static final String LOCK = "/lock";

	private static final String EVERYTHING = "#";

	private static final int MOVED_AT_ONCE = 100;

	private static final long CONFIRM_MILLIS = 10_000;

	private final ConnectionFactory connections;

	private final String exchange;

	private final String unread;

	RabbitChannel(ConnectionFactory connections, String exchange) {
		this.connections = connections;
		this.exchange = exchange;
		this.unread = exchange + UNREAD;
	}

	/**
	 * The longest name that a channel needs, but for those of its groups.
	 */
	static String longestName(String exchange) {
		return exchange + UNREAD + LOCK;
	}

	/**
	 * Makes the exchange, and what keeps events while no group is there.
	 */
	void make() {
		run((channel) -> {
			channel.exchangeDeclare(this.unread, "fanout", true);
			channel.queueDeclare(this.unread, true, false, false, null);
			channel.queueBind(this.unread, this.unread, "");
			channel.exchangeDeclare(this.exchange, "topic", true, false, Map.of("alternate-exchange", this.unread));
			return true;
		});
	}

	/**
	 * Lets the queue of a group have the events from now on, behind those that no group
	 * has had. An event that comes in at that very moment may be behind younger ones.
	 */
	synchronized void join(String queue) {
		run((channel) -> {
			takeOver(channel, queue);
			channel.queueBind(queue, this.exchange, EVERYTHING);
			takeOver(channel, queue);
			return true;
		});
	}

	private void takeOver(Channel channel, String queue) throws IOException, TimeoutException, InterruptedException {
		if (channel.queueDeclarePassive(this.unread).getMessageCount() == 0) {
			return;
		}
		// Two who move at once would mix the order up: those of this gateway wait for
		// each
		// other, and the connection locks the others out.
		String lock = this.unread + LOCK;
		try {
			channel.queueDeclare(lock, false, true, true, null);
		}
		catch (IOException ex) {
			throw new IllegalStateException(
					this.exchange + ": another gateway is taking over what was stored before there was a group", ex);
		}
		try {
			move(channel, queue);
		}
		finally {
			if (channel.isOpen()) {
				channel.queueDelete(lock);
			}
		}
	}

	private void move(Channel channel, String queue) throws IOException, TimeoutException, InterruptedException {
		AtomicBoolean returned = new AtomicBoolean();
		channel.addReturnListener((message) -> returned.set(true));
		channel.confirmSelect();
		boolean more = true;
		while (more) {
			long last = 0;
			for (int i = 0; i < MOVED_AT_ONCE && more; i++) {
				GetResponse next = channel.basicGet(this.unread, false);
				more = next != null;
				if (next != null) {
					channel.basicPublish("", queue, true, next.getProps(), next.getBody());
					last = next.getEnvelope().getDeliveryTag();
				}
			}
			if (last == 0) {
				return;
			}
			channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
			if (returned.get()) {
				throw new IllegalStateException(queue + ": the queue is gone");
			}
			channel.basicAck(last, true);
		}
	}

	/**
	 * What is in a queue and not given to a reader, and who reads it.
	 */
	Found look(String queue) {
		return run((channel) -> {
			try {
				AMQP.Queue.DeclareOk found = channel.queueDeclarePassive(queue);
				return new Found(true, found.getMessageCount(), found.getConsumerCount());
			}
			catch (IOException ex) {
				if (notFound(ex)) {
					return Found.NOTHING;
				}
				throw ex;
			}
		});
	}

	/**
	 * What waits for the first group.
	 */
	long unread() {
		return look(this.unread).messages();
	}

	/**
	 * Empties the queues.
	 * @return how many events went
	 */
	long purge(Set<String> queues) {
		long removed = purge(this.unread);
		for (String queue : queues) {
			removed += purge(queue);
		}
		return removed;
	}

	private long purge(String queue) {
		return look(queue).there() ? run((channel) -> (long) channel.queuePurge(queue).getMessageCount()) : 0;
	}

	/**
	 * Removes exchange and queues.
	 */
	void delete(Set<String> queues) {
		for (String queue : queues) {
			Found found = look(queue);
			if (found.readers() > 0) {
				throw new ChannelInUseException("queue '" + queue + "' has " + found.readers()
						+ " reader(s): end what reads it first, here and at the other gateways");
			}
		}
		run((channel) -> {
			channel.exchangeDelete(this.exchange);
			channel.exchangeDelete(this.unread);
			for (String queue : queues) {
				channel.queueDelete(queue);
			}
			channel.queueDelete(this.unread);
			return true;
		});
	}

	private static boolean notFound(IOException ex) {
		return ex.getCause() instanceof ShutdownSignalException closed
				&& closed.getReason() instanceof AMQP.Channel.Close reason && reason.getReplyCode() == AMQP.NOT_FOUND;
	}

	/**
	 * On a channel of its own: the broker closes it for every no.
	 */
	private <T> T run(Work<T> work) {
		Channel channel = this.connections.createConnection().createChannel(false);
		try {
			return work.on(channel);
		}
		catch (IOException | TimeoutException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			throw new IllegalStateException(this.exchange + ": " + cause.getMessage(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(this.exchange + ": interrupted", ex);
		}
		finally {
			// Not back into the cache: it may wait for confirms, and knows who listens.
			RabbitUtils.setPhysicalCloseRequired(channel, true);
			RabbitUtils.closeChannel(channel);
		}
	}

	/**
	 * What the broker says of a queue.
	 */
	record Found(boolean there, int messages, int readers) {

		static final Found NOTHING = new Found(false, 0, 0);

	}

	private interface Work<T> {

		T on(Channel channel) throws IOException, TimeoutException, InterruptedException;

	}

}
