package io.meshbridge.bridge.rabbit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.channel.ChannelBroker;
import io.meshbridge.bridge.channel.ChannelStatus;

import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.cloud.stream.binder.Binder;
import org.springframework.cloud.stream.binder.rabbit.RabbitMessageChannelBinder;
import org.springframework.core.env.Environment;
import org.springframework.messaging.MessageChannel;

/**
 * Events over AMQP 0-9-1, on the Spring Cloud Stream Rabbit binder. The binder declares
 * exchanges and queues, reads, and recovers; this bridge maps, settles, and publishes
 * with confirms on the binder's publisher connection.
 */
final class RabbitBridge implements Bridge, ChannelBroker, AutoCloseable {

	/** A health check waits for at most one attempt under way and its own. */
	private static final int CONNECTION_TIMEOUT_MILLIS = 2000;

	private static final int HANDSHAKE_TIMEOUT_MILLIS = 4000;

	private final RabbitBridgeProperties properties;

	private final Environment environment;

	private final EventHeaders headers;

	private final Map<String, ConnectionFactory> connections = new ConcurrentHashMap<>();

	private final Map<ChannelKey, RabbitChannel> channels = new ConcurrentHashMap<>();

	/** Those that read channels, by queue. */
	private final Map<String, RabbitSource> channelSources = new ConcurrentHashMap<>();

	private final ExecutorService settlements = Executors.newCachedThreadPool(threads("rabbit-settlement-"));

	private final ScheduledExecutorService timeouts = Executors
		.newSingleThreadScheduledExecutor(threads("rabbit-timeout-"));

	RabbitBridge(RabbitBridgeProperties properties, Environment environment) {
		this.properties = properties;
		this.environment = environment;
		this.headers = new EventHeaders(properties.headerPrefix());
	}

	private static ThreadFactory threads(String prefix) {
		AtomicInteger count = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(task, prefix + count.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		};
	}

	@Override
	public String binderType() {
		return "rabbit";
	}

	@Override
	public void prepare(String binderName, Binder<?, ?, ?> binder) {
		RabbitMessageChannelBinder rabbit = (RabbitMessageChannelBinder) binder;
		ConnectionFactory factory = rabbit.getConnectionFactory();
		if (factory instanceof AbstractConnectionFactory known) {
			limitConnectTime(known.getRabbitConnectionFactory());
		}
		ConnectionFactory publishers = factory.getPublisherConnectionFactory();
		this.connections.put(binderName, (publishers != null) ? publishers : factory);
		rabbit.setContainerCustomizer(new ReadingCustomizer(binderName));
		rabbit.setConsumerEndpointCustomizer(new UnmappedHeaders());
	}

	private static void limitConnectTime(com.rabbitmq.client.ConnectionFactory client) {
		if (client.getConnectionTimeout() == com.rabbitmq.client.ConnectionFactory.DEFAULT_CONNECTION_TIMEOUT) {
			client.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
		}
		if (client.getHandshakeTimeout() == com.rabbitmq.client.ConnectionFactory.DEFAULT_HANDSHAKE_TIMEOUT) {
			client.setHandshakeTimeout(HANDSHAKE_TIMEOUT_MILLIS);
		}
	}

	@Override
	public Source source(SourceSpec spec) {
		if (!spec.channel()) {
			return new RabbitSource(spec, this.properties.prefetch(), this.environment, this.headers, this.settlements,
					null);
		}
		RabbitSource source = new RabbitSource(spec, this.properties.prefetch(), this.environment, this.headers,
				this.settlements, channel(spec.binderName(), spec.destination()));
		this.channelSources.put(spec.group(), source);
		return source;
	}

	@Override
	public Target target(TargetSpec spec, MessageChannel channel) {
		return new RabbitTarget(spec, connections(spec.binderName()), this.properties.maxMessageSize(), this.headers,
				this.timeouts, spec.channel() ? channel(spec.binderName(), spec.destination()) : null);
	}

	private ConnectionFactory connections(String binderName) {
		return Objects.requireNonNull(this.connections.get(binderName),
				() -> "binder '" + binderName + "' is not prepared");
	}

	private RabbitChannel channel(String binderName, String exchange) {
		return this.channels.computeIfAbsent(new ChannelKey(binderName, exchange),
				(first) -> new RabbitChannel(connections(binderName), exchange));
	}

	/**
	 * {@inheritDoc} The depth of a group is what the broker has not given out yet, and
	 * what this gateway has and has not settled. The broker does not say how old it is.
	 */
	@Override
	public Contents contents(String binderName, String destination, Set<String> groups, String prefix) {
		RabbitChannel channel = channel(binderName, destination);
		long depth = channel.unread();
		List<ChannelStatus.Group> found = new ArrayList<>();
		for (String group : groups) {
			RabbitChannel.Found queue = channel.look(group);
			RabbitSource source = this.channelSources.get(group);
			long waiting = queue.messages() + ((source == null) ? 0 : source.unsettled());
			depth += waiting;
			found.add(new ChannelStatus.Group(group, waiting, queue.readers()));
		}
		return new Contents(depth, null, found);
	}

	@Override
	public long purge(String binderName, String destination, Set<String> groups, String prefix) {
		return channel(binderName, destination).purge(groups);
	}

	@Override
	public void delete(String binderName, String destination, Set<String> groups, String prefix) {
		channel(binderName, destination).delete(groups);
	}

	@Override
	public void close() {
		this.settlements.shutdown();
		this.timeouts.shutdownNow();
	}

	private record ChannelKey(String binderName, String exchange) {
	}

}
