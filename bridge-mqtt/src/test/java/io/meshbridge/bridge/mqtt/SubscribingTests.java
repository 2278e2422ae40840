package io.meshbridge.bridge.mqtt;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A broker sends what a session holds before it answers that the session is subscribed,
 * or even connected.
 */
class SubscribingTests {

	private static final Duration PATIENCE = Duration.ofMillis(300);

	private CompletableFuture<int[]> answer = new CompletableFuture<>();

	private final AtomicInteger arrived = new AtomicInteger();

	private final List<Integer> acknowledged = new CopyOnWriteArrayList<>();

	private final Connection connection = new Subscribing();

	@Test
	void waitsForTheAnswerBehindAllThatTheSessionHolds() throws Exception {
		// Four times as long as a connection may take.
		this.answer = new Late(4);
		this.connection.subscribe(List.of("t"), 1);
		assertThat(this.arrived).hasValue(4);
	}

	@Test
	void acknowledgesNothingBeforeTheClientIsConnected() throws Exception {
		this.connection.acknowledge(1);
		this.connection.acknowledge(2);
		assertThat(this.acknowledged).isEmpty();
		this.connection.connect();
		assertThat(this.acknowledged).containsExactly(1, 2);
		this.connection.acknowledge(3);
		assertThat(this.acknowledged).containsExactly(1, 2, 3);
	}

	@Test
	void givesUpOnABrokerThatIsSilent() {
		assertThatExceptionOfType(ConnectionException.class)
			.isThrownBy(() -> this.connection.subscribe(List.of("t"), 1))
			.withMessageContaining("can't subscribe to [t]")
			.withMessageContaining("no answer within PT0.3S");
	}

	@Test
	void tellsThatAFilterWasRefused() {
		this.answer.complete(new int[] { 1, 0x87 });
		assertThatExceptionOfType(ConnectionException.class)
			.isThrownBy(() -> this.connection.subscribe(List.of("t", "u"), 1))
			.withMessageContaining("subscription to 'u' refused");
	}

	/**
	 * Does not come in time for a while, but a message does, each time.
	 */
	private final class Late extends CompletableFuture<int[]> {

		private int times;

		Late(int times) {
			this.times = times;
		}

		@Override
		public int[] get(long timeout, TimeUnit unit) throws TimeoutException {
			assertThat(unit.toMillis(timeout)).isEqualTo(PATIENCE.toMillis());
			if (this.times-- == 0) {
				return new int[] { 1 };
			}
			SubscribingTests.this.connection.arrived(1, false,
					new Packet("t", new byte[0], null, false, List.of(), 1, false));
			throw new TimeoutException();
		}

	}

	private final class Subscribing extends Connection {

		Subscribing() {
			super(new ConnectionSettings(List.of("tcp://127.0.0.1:1"), MqttVersion.V5, "test", false,
					Duration.ofHours(1), 10, Duration.ofSeconds(60), PATIENCE, null, null, null,
					LoggerFactory.getLogger(SubscribingTests.class)), new Listener() {

						@Override
						public void arrived(Connection from, int packetId, boolean duplicate, Packet packet) {
							SubscribingTests.this.arrived.incrementAndGet();
						}

						@Override
						public void lost(Connection from, String reason) {
						}

					});
		}

		@Override
		CompletableFuture<int[]> requestSubscription(List<String> filters, int qos) {
			return SubscribingTests.this.answer;
		}

		@Override
		Terms connect(Duration limit) {
			return new Terms(true, 10, 1000, 1, true);
		}

		@Override
		void send(Packet packet, Confirmation confirmation) {
			throw new UnsupportedOperationException();
		}

		@Override
		void sendPuback(int packetId) {
			SubscribingTests.this.acknowledged.add(packetId);
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
