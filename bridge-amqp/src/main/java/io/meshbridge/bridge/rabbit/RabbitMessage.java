package io.meshbridge.bridge.rabbit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.amqp.AttributeHeaders;
import io.meshbridge.bridge.amqp.PathSegment;
import io.meshbridge.bridge.format.EventReader;
import org.jspecify.annotations.Nullable;

/**
 * A message as RabbitMQ delivered it. Immutable.
 *
 * @param queue it was read from
 */
record RabbitMessage(String queue, Envelope envelope, BasicProperties properties, byte[] body) implements PlainMessage {

	/** How the broker's own headers start; some change from one delivery to the next. */
	private static final String BROKER_HEADER = "x-";

	private static final int ID_BYTES = 16;

	Content content(EventHeaders headers) {
		try {
			CloudEvent event = EventReader.read(contentType(), headers.read(amqpHeaders()), data());
			return (event != null) ? new Content.Event(event) : new Content.Plain(this);
		}
		catch (UnreadableMessageException ex) {
			return new Content.Unreadable(this, ex);
		}
	}

	private Map<String, Object> amqpHeaders() {
		Map<String, Object> headers = this.properties.getHeaders();
		return (headers != null) ? headers : Map.of();
	}

	/**
	 * Size on the wire, without framing.
	 */
	int sizeBytes() {
		int size = this.body.length;
		for (Map.Entry<String, Object> header : amqpHeaders().entrySet()) {
			size += header.getKey().length()
					+ ((header.getValue() == null) ? 0 : header.getValue().toString().length());
		}
		return size;
	}

	/**
	 * The message id, or else a digest of everything the sender gave. So two messages
	 * that are equal in all of it have the same id when they have no message id.
	 */
	@Override
	public String id() {
		String messageId = this.properties.getMessageId();
		return (messageId != null && !messageId.isEmpty()) ? messageId : digest();
	}

	private String digest() {
		MessageDigest digest = sha256();
		update(digest, this.envelope.getExchange());
		update(digest, this.envelope.getRoutingKey());
		new TreeMap<>(headers()).forEach((name, value) -> {
			if (!name.startsWith(BROKER_HEADER)) {
				update(digest, name);
				update(digest, value);
			}
		});
		digest.update(this.body);
		return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

	private static void update(MessageDigest digest, String text) {
		digest.update(text.getBytes(StandardCharsets.UTF_8));
		digest.update((byte) 0);
	}

	@Override
	public String source() {
		String exchange = this.envelope.getExchange();
		return "/rabbit/" + PathSegment.encode(exchange.isEmpty() ? this.queue : exchange);
	}

	@Override
	public @Nullable String subject() {
		String routingKey = this.envelope.getRoutingKey();
		return routingKey.isEmpty() ? null : routingKey;
	}

	@Override
	public @Nullable String contentType() {
		return this.properties.getContentType();
	}

	@Override
	public byte @Nullable [] data() {
		return AttributeHeaders.data(this.body, contentType(), amqpHeaders());
	}

	@Override
	public @Nullable String property(String name) {
		String routingKey = this.envelope.getRoutingKey();
		if (name.equals("topic")) {
			return routingKey;
		}
		if (name.startsWith("topic[") && name.endsWith("]")) {
			return level(routingKey, name.substring("topic[".length(), name.length() - 1));
		}
		if (name.startsWith("header.")) {
			return headers().get(name.substring("header.".length()));
		}
		return null;
	}

	private static @Nullable String level(String routingKey, String index) {
		try {
			String[] levels = routingKey.split("\\.", -1);
			int wanted = Integer.parseInt(index);
			return (wanted >= 0 && wanted < levels.length) ? levels[wanted] : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	/**
	 * The headers, and the properties that the sender may set, by their AMQP names. A
	 * header with the name of a property wins.
	 */
	@Override
	public Map<String, String> headers() {
		Map<String, String> texts = new TreeMap<>();
		put(texts, "content_type", this.properties.getContentType());
		put(texts, "content_encoding", this.properties.getContentEncoding());
		put(texts, "correlation_id", this.properties.getCorrelationId());
		put(texts, "reply_to", this.properties.getReplyTo());
		put(texts, "message_id", this.properties.getMessageId());
		put(texts, "timestamp",
				(this.properties.getTimestamp() != null) ? this.properties.getTimestamp().toInstant() : null);
		put(texts, "type", this.properties.getType());
		put(texts, "user_id", this.properties.getUserId());
		put(texts, "app_id", this.properties.getAppId());
		amqpHeaders().forEach((name, value) -> put(texts, name, value));
		return texts;
	}

	private static void put(Map<String, String> texts, String name, @Nullable Object value) {
		if (value != null) {
			texts.put(name, (value instanceof byte[] bytes) ? HexFormat.of().formatHex(bytes) : value.toString());
		}
	}

}
