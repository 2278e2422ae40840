package io.meshbridge.bridge.mqtt;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

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

	@BeforeEach
	void connect() throws Exception {
		this.first.connect();
		this.second.connect();
	}

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
		MqttInbound inbound = new MqttInbound(broker(), null, List.of("t"), 1, 10);
		return new Delivery(inbound, packetId, new Packet("t", payload.getBytes(StandardCharsets.UTF_8), null, false,
				List.of(), (packetId == 0) ? 0 : 1, false));
	}

	private static MqttBroker broker() {
		MqttBrokerProperties properties = new Binder(new MapConfigurationPropertySource(Map.of()))
			.bindOrCreate("meshbridge.mqtt", MqttBrokerProperties.class);
		return new MqttBroker(properties.orUrl("tcp://127.0.0.1:1", null, null), "test", null);
	}

	private static final class Recorded extends Connection {

		private static final Listener NOBODY = new Listener() {

			@Override
			public void arrived(Connection connection, int packetId, boolean duplicate, Packet packet) {
			}

			@Override
			public void lost(Connection connection, String reason) {
			}

		};

		private final List<Integer> acknowledged = new ArrayList<>();

		Recorded() {
			super(broker().publisherSettings(LoggerFactory.getLogger(Recorded.class)), NOBODY);
		}

		@Override
		void sendPuback(int packetId) {
			this.acknowledged.add(packetId);
		}

		@Override
		Terms connect(Duration limit) {
			return new Terms(true, 10, 1000, 1, true);
		}

		@Override
		CompletableFuture<int[]> requestSubscription(List<String> filters, int qos) {
			throw new UnsupportedOperationException();
		}

		@Override
		void send(Packet packet, Confirmation confirmation) {
			throw new UnsupportedOperationException();
		}

		@Override
		boolean connected() {
			return true;
		}

		@Override
		void release(long quiesceMillis, long disconnectMillis, boolean sendDisconnect) {
		}

	}

}
