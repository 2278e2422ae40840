package io.meshbridge.broker.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

import io.meshbridge.bridge.channel.ChannelInUseException;
import io.meshbridge.bridge.channel.ChannelStatus;
import io.meshbridge.bridge.channel.ChannelStore;
import io.meshbridge.bridge.channel.UnknownChannelException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.impl.AddressInfo;
import org.jspecify.annotations.Nullable;

/**
 * Durable channels in the journal of the embedded broker.
 */
final class EmbeddedChannels implements ChannelStore {

	/** Keeps the events of a channel that no group ever read. */
	private static final String FIRST_GROUP = "meshbridge";

	private final EmbeddedJournal journal;

	EmbeddedChannels(EmbeddedJournal journal) {
		this.journal = journal;
	}

	@Override
	public String binderName() {
		return EmbeddedChannelBridge.TYPE;
	}

	@Override
	public String destination(String channel) {
		return channel;
	}

	@Override
	public synchronized void declare(String channel, Set<String> groups) {
		inOrder(channel, (server) -> {
			SimpleString address = SimpleString.of(ChannelNames.address(channel));
			server.addOrUpdateAddressInfo(new AddressInfo(address, RoutingType.MULTICAST).setAutoCreated(false));
			List<Queue> present = queues(channel);
			if (groups.isEmpty() && present.isEmpty()) {
				create(server, channel, FIRST_GROUP);
			}
			for (String group : groups) {
				if (server.locateQueue(ChannelNames.queue(channel, group)) == null) {
					create(server, channel, group);
				}
			}
			if (!groups.isEmpty() && !groups.contains(FIRST_GROUP) && present.size() == 1) {
				handOver(present.get(0), channel, groups.iterator().next());
			}
			return 0L;
		});
	}

	private static void create(ActiveMQServer server, String channel, String group) throws Exception {
		server.createQueue(QueueConfiguration.of(ChannelNames.queue(channel, group))
			.setAddress(ChannelNames.address(channel))
			.setRoutingType(RoutingType.MULTICAST)
			.setDurable(true)
			.setAutoCreated(false)
			.setAutoDelete(false));
	}

	/**
	 * What was stored while nobody read the channel goes to its first reader.
	 */
	private void handOver(Queue unread, String channel, String group) throws Exception {
		boolean neverRead = ChannelNames.group(unread.getName().toString()).equals(FIRST_GROUP)
				&& unread.getMessagesAcknowledged() == 0 && unread.getConsumerCount() == 0;
		if (neverRead) {
			SimpleString queue = SimpleString.of(ChannelNames.queue(channel, group));
			// What is on its way to disk has been addressed before the new queue was
			// there.
			this.journal.server().getStorageManager().getMessageJournal().flush();
			while (unread.getMessageCount() > 0) {
				unread.moveReferences(null, queue, this.journal.server().getPostOffice().getBinding(queue));
			}
			unread.deleteQueue(false);
		}
	}

	@Override
	public List<ChannelStatus> channels() {
		List<ChannelStatus> all = new ArrayList<>();
		for (SimpleString address : this.journal.server().getPostOffice().getAddresses()) {
			String channel = ChannelNames.channel(address.toString());
			if (channel != null) {
				all.add(status(channel));
			}
		}
		all.sort(Comparator.comparing(ChannelStatus::name));
		return all;
	}

	private ChannelStatus status(String channel) {
		long depth = 0;
		long out = 0;
		Long oldest = null;
		List<ChannelStatus.Group> groups = new ArrayList<>();
		for (Queue queue : queues(channel)) {
			depth += queue.getMessageCount();
			out += queue.getMessagesAcknowledged();
			groups.add(new ChannelStatus.Group(ChannelNames.group(queue.getName().toString()), queue.getMessageCount(),
					queue.getConsumerCount()));
			MessageReference first = queue.peekFirstMessage();
			if (first != null && (oldest == null || first.getMessage().getTimestamp() < oldest)) {
				oldest = first.getMessage().getTimestamp();
			}
		}
		groups.sort(Comparator.comparing(ChannelStatus.Group::name));
		AddressInfo address = this.journal.server().getAddressInfo(SimpleString.of(ChannelNames.address(channel)));
		return new ChannelStatus(channel, depth, age(oldest), (address == null) ? 0 : address.getRoutedMessageCount(),
				out, groups, null);
	}

	private static @Nullable Duration age(@Nullable Long storedMillis) {
		return (storedMillis == null) ? null
				: Duration.ofMillis(Math.max(0, System.currentTimeMillis() - storedMillis));
	}

	private List<Queue> queues(String channel) {
		SimpleString address = SimpleString.of(ChannelNames.address(channel));
		try {
			return this.journal.server()
				.getPostOffice()
				.listQueuesForAddress(address)
				.stream()
				// A wildcard subscription of some client is not one of the groups.
				.filter((queue) -> ChannelNames.isGroup(queue.getName().toString()))
				.sorted(Comparator.comparing((queue) -> queue.getName().toString()))
				.toList();
		}
		catch (Exception ex) {
			throw new IllegalStateException("channel " + channel + ": " + ex.getMessage(), ex);
		}
	}

	@Override
	public long purge(String channel) {
		requireKnown(channel);
		return inOrder(channel, (server) -> {
			long removed = 0;
			for (Queue queue : queues(channel)) {
				removed += queue.deleteAllReferences();
			}
			return removed;
		});
	}

	@Override
	public synchronized void delete(String channel) {
		requireKnown(channel);
		inOrder(channel, (server) -> {
			for (Queue queue : queues(channel)) {
				queue.deleteQueue(true);
			}
			server.removeAddressInfo(SimpleString.of(ChannelNames.address(channel)), null, true);
			return 0L;
		});
	}

	@Override
	public synchronized long deleteGroup(String channel, String group) {
		Queue queue = unreadGroup(channel, group);
		return inOrder(channel, (server) -> {
			long removed = queue.getMessageCount();
			queue.deleteQueue(false);
			return removed;
		});
	}

	@Override
	public synchronized long moveGroup(String channel, String group, String to) {
		Queue queue = unreadGroup(channel, group);
		SimpleString target = queue(channel, to).getName();
		return inOrder(channel,
				(server) -> (long) queue.moveReferences(null, target, server.getPostOffice().getBinding(target)));
	}

	/**
	 * Whoever asks may have run tasks of the broker before, or of one that is gone: what
	 * is written here must not wait in their line.
	 */
	private long inOrder(String channel, Work work) {
		ActiveMQServer server = this.journal.server();
		OperationContext ofCaller = EmbeddedJournal
			.enter(server.getStorageManager().newContext(server.getExecutorFactory().getExecutor()));
		try {
			return work.apply(server);
		}
		catch (Exception ex) {
			throw new IllegalStateException("channel " + channel + ": " + ex.getMessage(), ex);
		}
		finally {
			EmbeddedJournal.leave(ofCaller);
		}
	}

	private interface Work {

		long apply(ActiveMQServer server) throws Exception;

	}

	private Queue unreadGroup(String channel, String group) {
		Queue queue = queue(channel, group);
		if (queue.getConsumerCount() > 0) {
			throw new ChannelInUseException("group '" + group + "' of channel '" + channel + "' is being read");
		}
		return queue;
	}

	private Queue queue(String channel, String group) {
		requireKnown(channel);
		Queue queue = this.journal.server().locateQueue(ChannelNames.queue(channel, group));
		if (queue == null) {
			throw new UnknownChannelException(channel, group);
		}
		return queue;
	}

	private void requireKnown(String channel) {
		if (this.journal.server().getAddressInfo(SimpleString.of(ChannelNames.address(channel))) == null) {
			throw new UnknownChannelException(channel);
		}
	}

}
