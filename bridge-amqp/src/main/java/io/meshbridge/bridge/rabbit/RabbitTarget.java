package io.meshbridge.bridge.rabbit;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.format.MediaTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.cloud.stream.binder.rabbit.properties.RabbitProducerProperties;
import org.springframework.util.unit.DataSize;

/**
 * Publishes to an exchange. The binder declares it; the messages go over a channel of our
 * own on the binder's publisher connection, because the binder's template takes another
 * channel for every message that goes out before the last one is confirmed, and channels
 * keep no order among each other.
 */
final class RabbitTarget implements Target {

	/** Longest text in a place where AMQP 0-9-1 has a short string. */
	static final int SHORT_STRING_BYTES = 255;

	private static final int PERSISTENT = 2;

	private static final int TRANSIENT = 1;

	private final TargetSpec spec;

	private final ConnectionFactory connections;

	private final DataSize maxMessageSize;

	private final EventHeaders headers;

	private final ScheduledExecutorService timeouts;

	private final @Nullable RabbitChannel channel;

	private volatile @Nullable Publishing publishing;

	/**
	 * @param channel that it writes to, or {@code null} when it writes to no channel
	 */
	RabbitTarget(TargetSpec spec, ConnectionFactory connections, DataSize maxMessageSize, EventHeaders headers,
			ScheduledExecutorService timeouts, @Nullable RabbitChannel channel) {
		this.spec = spec;
		this.connections = connections;
		this.maxMessageSize = maxMessageSize;
		this.headers = headers;
		this.timeouts = timeouts;
		this.channel = channel;
	}

	@Override
	public void configure(ProducerProperties properties) {
		properties.setHeaderMode(HeaderMode.none);
		properties.setUseNativeEncoding(true);
		if (this.channel != null) {
			ChannelMessages
				.configure((RabbitProducerProperties) ((ExtendedProducerProperties<?>) properties).getExtension());
			this.channel.make();
		}
		ProducerSettings settings = ProducerSettings.of(this.spec, properties);
		PublishFailures failures = new PublishFailures(settings.exchange());
		this.publishing = new Publishing(settings, failures, new ConfirmingPublisher(this.spec.bindingName(),
				this.connections, settings.exchange(), this.headers.name("id"), failures, this.timeouts));
	}

	@Override
	public void bound() {
		if (this.channel != null) {
			this.spec.requiredGroups().forEach(this.channel::join);
		}
	}

	@Override
	public CompletableFuture<Void> send(Outbound outbound) {
		Publishing to = Objects.requireNonNull(this.publishing,
				() -> this.spec.bindingName() + ": configure comes before send");
		try {
			if (Thread.currentThread().isInterrupted()) {
				throw to.failures.interrupted();
			}
			Publication publication = publication(outbound, to);
			to.publisher.publish(publication);
			return publication;
		}
		catch (SendException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private Publication publication(Outbound outbound, Publishing to) throws SendException {
		CloudEvent event = outbound.event();
		BasicProperties.Builder properties = new BasicProperties.Builder();
		properties.deliveryMode(to.settings.persistent() ? PERSISTENT : TRANSIENT);
		if (fits(event.getId())) {
			properties.messageId(event.getId());
		}
		byte[] body;
		Map<String, Object> headers;
		boolean binary = outbound.mode() == ContentMode.BINARY;
		if (binary) {
			byte[] data = (event.getData() != null) ? event.getData().toBytes() : null;
			body = (data != null) ? data : new byte[0];
			headers = headers(event, data, to.failures);
			properties.contentType(contentType(event, to.failures));
		}
		else {
			body = JsonEventFormat.write(event);
			headers = new LinkedHashMap<>();
			properties.contentType(MediaTypes.EVENT_JSON);
		}
		if (this.channel != null) {
			ChannelMessages.putKeys(outbound, headers);
		}
		if (!headers.isEmpty()) {
			properties.headers(headers);
		}
		if (body.length > this.maxMessageSize.toBytes()) {
			throw to.failures.tooLarge(body.length, this.maxMessageSize.toBytes(),
					"meshbridge.rabbit.max-message-size");
		}
		String routingKey = to.settings.routingKey(event);
		if (!fits(routingKey)) {
			throw to.failures.notRepresentable("routing key '" + routingKey + "' has more than " + SHORT_STRING_BYTES
					+ " bytes, which AMQP 0-9-1 has no room for", null);
		}
		return new Publication(routingKey, properties.build(), body, binary ? event.getId() : null,
				System.nanoTime() + outbound.timeout().toNanos());
	}

	private Map<String, Object> headers(CloudEvent event, byte @Nullable [] data, PublishFailures failures)
			throws SendException {
		Map<String, Object> written = this.headers.write(event, data);
		for (String name : written.keySet()) {
			if (!fits(name)) {
				throw failures.notRepresentable("header '" + name + "' has a name of more than " + SHORT_STRING_BYTES
						+ " bytes, which AMQP 0-9-1 has no room for; in structured mode it fits", null);
			}
		}
		return written;
	}

	private static @Nullable String contentType(CloudEvent event, PublishFailures failures) throws SendException {
		String contentType = event.getDataContentType();
		if (contentType != null && !fits(contentType)) {
			throw failures.notRepresentable("datacontenttype '" + contentType + "' has more than " + SHORT_STRING_BYTES
					+ " bytes, which AMQP 0-9-1 has no room for; in structured mode it fits", null);
		}
		return contentType;
	}

	private static boolean fits(String text) {
		// At most three bytes for each char, so most texts need not be encoded for this.
		return 3 * text.length() <= SHORT_STRING_BYTES
				|| text.getBytes(StandardCharsets.UTF_8).length <= SHORT_STRING_BYTES;
	}

	@Override
	public boolean keepsOrder() {
		return true;
	}

	@Override
	public void close() {
		Publishing open = this.publishing;
		if (open != null) {
			open.publisher.close();
		}
	}

	private record Publishing(ProducerSettings settings, PublishFailures failures, ConfirmingPublisher publisher) {
	}

}
