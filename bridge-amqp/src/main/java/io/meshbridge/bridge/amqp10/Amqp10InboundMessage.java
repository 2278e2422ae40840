package io.meshbridge.bridge.amqp10;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Date;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.amqp.PathSegment;
import org.apache.qpid.protonj2.types.messaging.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A message as it came. Settling it a second time has no effect.
 */
final class Amqp10InboundMessage implements InboundMessage, PlainMessage {

	/** How annotations and properties start that brokers add on the way. */
	private static final String BROKER_HEADER = "x-";

	private static final int ID_BYTES = 16;

	private final Delivery delivery;

	private final Amqp10ConsumerProperties.Order order;

	private final boolean fromChannel;

	/** Stands for one that can't be taken apart by what came over the wire. */
	private final AmqpMessage message;

	private final Content content;

	private final AtomicBoolean settled = new AtomicBoolean();

	/**
	 * @param fromChannel whether the message may bring the record key that the event had
	 * before it was stored
	 */
	Amqp10InboundMessage(Delivery delivery, Amqp10ConsumerProperties.Order order, boolean fromChannel) {
		this.delivery = delivery;
		this.order = order;
		this.fromChannel = fromChannel;
		AmqpMessage decoded = AmqpMessage.plain(delivery.encoded());
		Content found;
		try {
			decoded = AmqpMessage.decode(delivery.encoded());
			CloudEvent event = EventMapper.read(decoded);
			found = (event != null) ? new Content.Event(event) : new Content.Plain(this);
		}
		catch (UnreadableMessageException ex) {
			found = new Content.Unreadable(this, ex);
		}
		this.message = decoded;
		this.content = found;
	}

	@Override
	public Content content() {
		return this.content;
	}

	@Override
	public @Nullable Object orderKey() {
		return switch (this.order) {
			case ADDRESS -> this.delivery.address();
			case GROUP -> this.message.properties().getGroupId();
			case NONE -> null;
		};
	}

	@Override
	public byte @Nullable [] recordKey() {
		return this.fromChannel ? ChannelKeys.recordKey(this.message) : null;
	}

	@Override
	public int sizeBytes() {
		return this.delivery.encoded().length;
	}

	@Override
	public void accept() {
		if (this.settled.compareAndSet(false, true)) {
			this.delivery.accept();
		}
	}

	@Override
	public void refuse(Throwable reason) {
		if (this.settled.compareAndSet(false, true)) {
			this.delivery.refuse();
		}
	}

	/**
	 * The message id, or else a digest of everything the sender gave. So two messages
	 * that are equal in all of it have the same id when they have no message id.
	 */
	@Override
	public String id() {
		Object messageId = this.message.properties().getMessageId();
		String text = (messageId == null) ? "" : ValueText.text(messageId);
		return text.isEmpty() ? digest() : text;
	}

	private String digest() {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			update(digest, this.delivery.address());
			new TreeMap<>(headers()).forEach((name, value) -> {
				if (!name.startsWith(BROKER_HEADER)) {
					update(digest, name);
					update(digest, value);
				}
			});
			byte[] body = this.message.body();
			if (body != null) {
				digest.update(body);
			}
			return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
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
		StringBuilder source = new StringBuilder("/amqp10");
		for (String level : levels(this.delivery.address())) {
			source.append('/').append(PathSegment.encode(level));
		}
		return source.toString();
	}

	private static String[] levels(String address) {
		return (address.startsWith("/") ? address.substring(1) : address).split("/", -1);
	}

	@Override
	public @Nullable String subject() {
		String subject = this.message.properties().getSubject();
		return (subject == null || subject.isEmpty()) ? null : subject;
	}

	@Override
	public @Nullable String contentType() {
		return this.message.properties().getContentType();
	}

	@Override
	public byte @Nullable [] data() {
		return EventMapper.data(this.message);
	}

	@Override
	public @Nullable String property(String name) {
		if (name.equals("topic")) {
			return topic();
		}
		if (name.startsWith("topic[") && name.endsWith("]")) {
			return level(name.substring("topic[".length(), name.length() - 1));
		}
		return name.startsWith("header.") ? headers().get(name.substring("header.".length())) : null;
	}

	/**
	 * The address that the sender gave, which may be more than the one we read from.
	 */
	private String topic() {
		String to = this.message.properties().getTo();
		return (to == null || to.isEmpty()) ? this.delivery.address() : to;
	}

	private @Nullable String level(String index) {
		String[] levels = levels(topic());
		try {
			int wanted = Integer.parseInt(index);
			return (wanted >= 0 && wanted < levels.length) ? levels[wanted] : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	/**
	 * The application properties, and the properties that the sender may set, by their
	 * AMQP names. An application property with the name of a property wins.
	 */
	@Override
	public Map<String, String> headers() {
		Map<String, String> texts = new TreeMap<>();
		Properties properties = this.message.properties();
		put(texts, "message-id", properties.getMessageId());
		put(texts, "user-id", properties.getUserId());
		put(texts, "to", properties.getTo());
		put(texts, "subject", properties.getSubject());
		put(texts, "reply-to", properties.getReplyTo());
		put(texts, "correlation-id", properties.getCorrelationId());
		put(texts, "content-type", properties.getContentType());
		put(texts, "content-encoding", properties.getContentEncoding());
		put(texts, "creation-time", properties.hasCreationTime() ? new Date(properties.getCreationTime()) : null);
		put(texts, "group-id", properties.getGroupId());
		put(texts, "group-sequence", properties.hasGroupSequence() ? properties.getGroupSequence() : null);
		this.message.applicationProperties().forEach((name, value) -> put(texts, name, value));
		return texts;
	}

	private static void put(Map<String, String> texts, String name, @Nullable Object value) {
		if (value != null) {
			texts.put(name, (value instanceof Date time) ? time.toInstant().toString() : ValueText.text(value));
		}
	}

}
