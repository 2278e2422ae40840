package io.meshbridge.bridge.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When PUBACKs leave, over which connection.
 */
class UnsettledTests {

	private final Unsettled unsettled = new Unsettled();

	private final Recorded first = new Recorded();

	private final Recorded second = new Recorded();

	@Test
	void acknowledgesInTheOrderOfReceipt() {
		Delivery one = arrive(this.first, 1, "a");
		Delivery two = arrive(this.first, 2, "b");
		Delivery three = arrive(this.first, 3, "c");
		this.unsettled.settled(three);
		this.unsettled.settled(two);
		assertThat(this.first.acknowledged).isEmpty();
		this.unsettled.settled(one);
		assertThat(this.first.acknowledged).containsExactly(1, 2, 3);
	}

	@Test
	void acknowledgesOverTheConnectionItCameOverLast() {
		Delivery one = arrive(this.first, 1, "a");
		Delivery two = arrive(this.first, 2, "b");
		this.unsettled.disconnected();
		this.unsettled.settled(one);
		assertThat(this.first.acknowledged).isEmpty();

		assertThat(arrives(this.second, 1, "a")).isFalse();
		assertThat(arrives(this.second, 2, "b")).isFalse();
		assertThat(this.second.acknowledged).containsExactly(1);
		this.unsettled.settled(two);
		assertThat(this.second.acknowledged).containsExactly(1, 2);
		assertThat(this.first.acknowledged).isEmpty();
	}

	@Test
	void handsOnAnotherMessageUnderTheSamePacketId() {
		Delivery old = arrive(this.first, 1, "a");
		this.unsettled.disconnected();
		Delivery other = arrive(this.second, 1, "other");
		this.unsettled.settled(old);
		assertThat(this.second.acknowledged).isEmpty();
		this.unsettled.settled(other);
		assertThat(this.second.acknowledged).containsExactly(1);
	}

	@Test
	void forgetsWhatTheBrokerForgot() {
		Delivery old = arrive(this.first, 1, "a");
		this.unsettled.disconnected();
		assertThat(this.unsettled.sessionLost()).isEqualTo(1);
		assertThat(arrives(this.second, 1, "a")).isTrue();
		this.unsettled.settled(old);
		assertThat(this.second.acknowledged).isEmpty();
	}

	@Test
	void acknowledgesNothingForQos0() {
		Delivery none = arrive(this.first, 0, "a");
		this.unsettled.settled(none);
		assertThat(arrives(this.first, 0, "a")).isTrue();
		assertThat(this.first.acknowledged).isEmpty();
	}

	private Delivery arrive(Connection connection, int packetId, String payload) {
		Delivery delivery = delivery(packetId, payload);
		assertThat(this.unsettled.arrived(connection, delivery)).isTrue();
		return delivery;
	}

	private boolean arrives(Connection connection, int packetId, String payload) {
		return this.unsettled.arrived(connection, delivery(packetId, payload));
	}

	private static Delivery delivery(int packetId, String payload) {
		MqttBrokerProperties properties = new Binder(new MapConfigurationPropertySource(Map.of()))
			.bindOrCreate("meshbridge.mqtt", MqttBrokerProperties.class);
		MqttBroker broker = new MqttBroker(properties.orUrl("tcp://127.0.0.1:1"), "test", null);
		MqttInbound inbound = new MqttInbound(broker, null, List.of("t"), 1, 10);
		return new Delivery(inbound, packetId, new Packet("t", payload.getBytes(StandardCharsets.UTF_8), null, false,
				List.of(), (packetId == 0) ? 0 : 1, false));
	}

	private static final class Recorded implements Connection {

		private final List<Integer> acknowledged = new ArrayList<>();

		@Override
		public void acknowledge(int packetId) {
			this.acknowledged.add(packetId);
		}

		@Override
		public Terms connect() {
			throw new UnsupportedOperationException();
		}

		@Override
		public void subscribe(List<String> filters, int qos) {
		}

		@Override
		public void publish(Packet packet, Confirmation confirmation) {
		}

		@Override
		public void close() {
		}

	}

}
