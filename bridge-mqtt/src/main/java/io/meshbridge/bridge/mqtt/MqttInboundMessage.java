package io.meshbridge.bridge.mqtt;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.UnreadableMessageException;
import org.jspecify.annotations.Nullable;

/**
 * One handing-on of a delivery. Settling it a second time has no effect.
 */
final class MqttInboundMessage implements InboundMessage, PlainMessage {

	private final Delivery delivery;

	private final Packet packet;

	private final Content content;

	private boolean settled;

	MqttInboundMessage(Delivery delivery, MqttConsumerProperties.Payload rule) {
		this.delivery = delivery;
		this.packet = delivery.packet();
		this.content = read(rule);
	}

	private Content read(MqttConsumerProperties.Payload rule) {
		try {
			CloudEvent event = EventMapper.read(this.packet, rule);
			return (event != null) ? new Content.Event(event) : new Content.Plain(this);
		}
		catch (UnreadableMessageException ex) {
			return new Content.Unreadable(this, ex);
		}
	}

	@Override
	public Content content() {
		return this.content;
	}

	@Override
	public Object orderKey() {
		return this.packet.topic();
	}

	@Override
	public int sizeBytes() {
		return this.packet.sizeBytes();
	}

	@Override
	public void accept() {
		if (settle()) {
			this.delivery.accept();
		}
	}

	@Override
	public void refuse(Throwable reason) {
		if (settle()) {
			this.delivery.refuse();
		}
	}

	private synchronized boolean settle() {
		boolean first = !this.settled;
		this.settled = true;
		return first;
	}

	/**
	 * A message keeps its packet id when it is sent again. The id may belong to another
	 * message once this one is acknowledged, so the content is part of it. What has no
	 * packet id (QoS 0) never comes again.
	 */
	@Override
	public String id() {
		if (this.delivery.packetId() == 0) {
			return UUID.randomUUID().toString();
		}
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(this.delivery.clientId().getBytes(StandardCharsets.UTF_8));
			digest.update((byte) 0);
			digest.update(this.packet.topic().getBytes(StandardCharsets.UTF_8));
			digest.update((byte) 0);
			digest.update((byte) (this.delivery.packetId() >> 8));
			digest.update((byte) this.delivery.packetId());
			ByteBuffer hash = ByteBuffer.wrap(digest.digest(this.packet.payload()));
			return new UUID(hash.getLong(), hash.getLong()).toString();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

	@Override
	public String source() {
		StringBuilder source = new StringBuilder("/mqtt");
		for (String level : this.packet.topic().split("/", -1)) {
			source.append('/').append(URLEncoder.encode(level, StandardCharsets.UTF_8).replace("+", "%20"));
		}
		return source.toString();
	}

	@Override
	public String subject() {
		return this.packet.topic();
	}

	@Override
	public @Nullable String contentType() {
		return this.packet.contentType();
	}

	@Override
	public byte @Nullable [] data() {
		return EventMapper.data(this.packet);
	}

	@Override
	public @Nullable String property(String name) {
		if (name.equals("topic")) {
			return this.packet.topic();
		}
		if (name.startsWith("topic[") && name.endsWith("]")) {
			return level(name.substring("topic[".length(), name.length() - 1));
		}
		return name.startsWith("header.") ? this.packet.userProperty(name.substring("header.".length())) : null;
	}

	private @Nullable String level(String index) {
		String[] levels = this.packet.topic().split("/", -1);
		try {
			int number = Integer.parseInt(index);
			return (number >= 0 && number < levels.length) ? levels[number] : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	@Override
	public Map<String, String> headers() {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("topic", this.packet.topic());
		if (this.packet.contentType() != null) {
			headers.put("content-type", this.packet.contentType());
		}
		this.packet.userProperties().forEach((entry) -> headers.putIfAbsent(entry.name(), entry.value()));
		return headers;
	}

}
