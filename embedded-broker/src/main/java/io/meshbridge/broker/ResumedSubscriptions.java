package io.meshbridge.broker;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTSessionState;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTStateManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnection;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ServiceRegistry;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Answers a client that is back in its session, and subscribes once more to the shared
 * subscriptions that the session has, as clients do to be sure.
 * <p>
 * Artemis (2.43) looks a shared subscription up without its {@code $share/group}, so it
 * finds none and replaces the consumer that the session has started with. What that one
 * has sent, and the client has not acknowledged yet, then comes a second time under other
 * packet ids, and may come behind later messages. MQTT 5 allows that after a reconnect
 * only ([MQTT-4.4.0-1]). So such a packet does not reach Artemis.
 */
final class ResumedSubscriptions extends ChannelInboundHandlerAdapter {

	private final Map<String, MQTTSessionState.SubscriptionItem> known;

	private ResumedSubscriptions(Map<String, MQTTSessionState.SubscriptionItem> known) {
		this.known = known;
	}

	/**
	 * To be called before the broker starts.
	 * @param services of the broker
	 */
	static void register(ActiveMQServer server, ServiceRegistry services) {
		services.addOutgoingInterceptor((MQTTInterceptor) (packet, connection) -> {
			if (packet instanceof MqttConnAckMessage answer && answer.variableHeader().isSessionPresent()) {
				watch(server, connection);
			}
			return true;
		});
	}

	/** Before the client hears that it is connected, so before it subscribes. */
	private static void watch(ActiveMQServer server, RemotingConnection connection) {
		Map<String, MQTTSessionState.SubscriptionItem> shared = subscriptions(server, connection.getClientID());
		if (!shared.isEmpty() && connection.getTransportConnection() instanceof NettyConnection netty) {
			netty.getChannel()
				.pipeline()
				.addBefore(netty.getChannel().pipeline().context(MQTTProtocolHandler.class).name(), null,
						new ResumedSubscriptions(shared));
		}
	}

	private static Map<String, MQTTSessionState.SubscriptionItem> subscriptions(ActiveMQServer server, String client) {
		try {
			return MQTTStateManager.getInstance(server)
				.getSessionState(client)
				.getSubscriptionsPlusID()
				.entrySet()
				.stream()
				.filter((entry) -> MQTTUtil.isSharedSubscription(entry.getKey()))
				.collect(Collectors.toConcurrentMap(Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one,
						ConcurrentHashMap::new));
		}
		catch (Exception ex) {
			throw new IllegalStateException("the session of '" + client + "' can't be looked up", ex);
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object packet) {
		if (packet instanceof MqttSubscribeMessage subscribe && changesNothing(subscribe)) {
			context.channel().writeAndFlush(answer(subscribe));
			return;
		}
		if (packet instanceof MqttUnsubscribeMessage unsubscribe && !failed(unsubscribe)) {
			unsubscribe.payload().topics().forEach(this.known::remove);
		}
		context.fireChannelRead(packet);
	}

	private boolean changesNothing(MqttSubscribeMessage subscribe) {
		if (failed(subscribe)) {
			return false;
		}
		MqttProperties.MqttProperty<?> identifier = subscribe.idAndPropertiesVariableHeader()
			.properties()
			.getProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER);
		Object id = (identifier != null) ? identifier.value() : null;
		return subscribe.payload().topicSubscriptions().stream().allMatch((wanted) -> {
			MQTTSessionState.SubscriptionItem item = this.known.get(wanted.topicFilter());
			return item != null && item.getSubscription().qualityOfService() == wanted.qualityOfService()
					&& Objects.equals(item.getId(), id);
		});
	}

	/** Whether it could not be read; Artemis says so. */
	private static boolean failed(MqttMessage packet) {
		return packet.decoderResult().isFailure();
	}

	private static MqttMessage answer(MqttSubscribeMessage subscribe) {
		List<MqttQoS> granted = subscribe.payload()
			.topicSubscriptions()
			.stream()
			.map(MqttTopicSubscription::qualityOfService)
			.toList();
		return MqttMessageBuilders.subAck()
			.packetId(subscribe.variableHeader().messageId())
			.addGrantedQoses(granted.toArray(MqttQoS[]::new))
			.build();
	}

}
