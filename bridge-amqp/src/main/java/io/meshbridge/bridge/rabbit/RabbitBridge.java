package io.meshbridge.bridge.rabbit;

import java.util.Map;
import java.util.Objects;
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
final class RabbitBridge implements Bridge, AutoCloseable {

	/** A health check waits for at most one attempt under way and its own. */
	private static final int CONNECTION_TIMEOUT_MILLIS = 2000;

	private static final int HANDSHAKE_TIMEOUT_MILLIS = 4000;

	private final RabbitBridgeProperties properties;

	private final Environment environment;

	private final EventHeaders headers;

	private final Map<String, ConnectionFactory> connections = new ConcurrentHashMap<>();

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
		return new RabbitSource(spec, this.properties.prefetch(), this.environment, this.headers, this.settlements);
	}

	@Override
	public Target target(TargetSpec spec, MessageChannel channel) {
		ConnectionFactory factory = Objects.requireNonNull(this.connections.get(spec.binderName()),
				() -> "binder '" + spec.binderName() + "' is not prepared");
		return new RabbitTarget(spec, factory, this.properties.maxMessageSize(), this.headers, this.timeouts);
	}

	@Override
	public void close() {
		this.settlements.shutdown();
		this.timeouts.shutdownNow();
	}

}
