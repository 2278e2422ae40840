package io.meshbridge.broker;

import java.util.function.LongFunction;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import org.apache.activemq.artemis.api.core.ActiveMQAddressFullException;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.io.IOCallback;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTReasonCodes;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnection;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.ServiceRegistry;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a message that the disk has no room for, or that is too large, in the words of
 * its protocol. Artemis itself would let AMQP 1.0 clients wait without an answer, and
 * hang up on MQTT clients with a general error.
 * <p>
 * To MQTT 5 clients Artemis can say of a single message only that they are not authorized
 * to publish it (0x87). So that is what it is told, and the PUBACK is replaced on its way
 * out by one that says quota exceeded (0x97).
 */
final class Admission implements ActiveMQServerMessagePlugin {

	private static final String MQTT = "MQTT";

	private static final String MQTT_QOS = "mqtt.qos.level";

	private final ActiveMQServer server;

	private final LongFunction<@Nullable String> refusal;

	private final long maxMessageBytes;

	/** Set while a packet of MQTT is refused by the thread that works on it. */
	private final ThreadLocal<Boolean> noRoom = new ThreadLocal<>();

	/**
	 * @param refusal why a message of this many bytes can't be stored, or {@code null}
	 */
	Admission(ActiveMQServer server, LongFunction<@Nullable String> refusal, long maxMessageBytes) {
		this.server = server;
		this.refusal = refusal;
		this.maxMessageBytes = maxMessageBytes;
	}

	/**
	 * To be called before the broker starts.
	 * @param services of the broker
	 */
	void register(ServiceRegistry services) {
		this.server.registerBrokerPlugin(this);
		services.addIncomingInterceptor((MQTTInterceptor) this::comesIn);
		services.addOutgoingInterceptor((MQTTInterceptor) this::goesOut);
	}

	@Override
	public void beforeSend(ServerSession session, Transaction tx, Message message, boolean direct,
			boolean noAutoCreateQueue) throws ActiveMQException {
		boolean mqtt = session.getRemotingConnection().getProtocolName().startsWith(MQTT);
		this.noRoom.remove();
		long bytes = message.getWholeMessageSize();
		if (!mqtt && bytes > this.maxMessageBytes) {
			throw new ActiveMQSecurityException(
					"message of %,d bytes exceeds the limit of %,d bytes (meshbridge.embedded-broker.max-message-size)"
						.formatted(bytes, this.maxMessageBytes));
		}
		// Of a packet with QoS 2 Artemis has noted by now that it is here, and would take
		// the next try for a repetition: those are stopped when they come in.
		if (mqtt && Integer.valueOf(2).equals(message.getObjectProperty(MQTT_QOS))) {
			return;
		}
		String reason = this.refusal.apply(bytes);
		if (reason == null) {
			return;
		}
		if (mqtt) {
			this.noRoom.set(true);
			throw new ActiveMQSecurityException(reason);
		}
		throw new ActiveMQAddressFullException(reason);
	}

	/**
	 * Ends the connection of a publisher, where {@code false}.
	 */
	private boolean comesIn(MqttMessage packet, RemotingConnection connection) {
		if (!(packet instanceof MqttPublishMessage publish)) {
			return true;
		}
		int bytes = publish.payload().readableBytes() + publish.variableHeader().topicName().length();
		boolean twoSteps = publish.fixedHeader().qosLevel() == MqttQoS.EXACTLY_ONCE;
		// MQTT 5 clients have been told before that.
		return bytes <= this.maxMessageBytes
				&& !(twoSteps && (ReservedAddresses.reservedTopic(publish.variableHeader().topicName())
						|| this.refusal.apply(bytes) != null));
	}

	private boolean goesOut(MqttMessage packet, RemotingConnection connection) {
		boolean refused = packet.fixedHeader().messageType() == MqttMessageType.PUBACK
				&& Boolean.TRUE.equals(this.noRoom.get());
		if (refused && packet.variableHeader() instanceof MqttPubReplyMessageVariableHeader answer
				&& answer.reasonCode() == MQTTReasonCodes.NOT_AUTHORIZED
				&& connection.getTransportConnection() instanceof NettyConnection netty) {
			this.noRoom.remove();
			MqttPubAckMessage instead = new MqttPubAckMessage(
					new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0),
					new MqttPubReplyMessageVariableHeader(answer.messageId(), MQTTReasonCodes.QUOTA_EXCEEDED,
							MqttProperties.NO_PROPERTIES));
			// In line behind the PUBACKs of what was stored before.
			this.server.getStorageManager().afterCompleteOperations(new IOCallback() {

				@Override
				public void done() {
					netty.getChannel().writeAndFlush(instead, netty.getChannel().voidPromise());
				}

				@Override
				public void onError(int errorCode, String errorMessage) {
				}

			});
			return false;
		}
		return true;
	}

}
