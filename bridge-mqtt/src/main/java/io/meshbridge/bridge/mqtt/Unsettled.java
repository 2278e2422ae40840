package io.meshbridge.bridge.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The messages of one session that wait for their PUBACK. They may be settled in any
 * order; the PUBACKs leave in the order of receipt, as the protocol demands
 * ([MQTT-4.6.0-2]).
 * <p>
 * After a reconnect the broker sends everything again that had no PUBACK. What is still
 * here is then known already: it is not handed on a second time, and when it was settled
 * meanwhile its PUBACK leaves at once. A broker can't use a packet id for another message
 * while the first one lacks its PUBACK, as long as the session lives; content is compared
 * nevertheless. Thread-safe.
 */
final class Unsettled {

	private final Map<Integer, Delivery> byPacketId = new HashMap<>();

	/** Those that came over {@link #connection}, in the order of receipt. */
	private final Deque<Delivery> received = new ArrayDeque<>();

	private @Nullable Connection connection;

	/**
	 * Notes what came in.
	 * @return whether it is new, and shall be handed on
	 */
	synchronized boolean arrived(Connection connection, Delivery delivery) {
		if (delivery.packetId() == 0) {
			return true;
		}
		if (this.connection != connection) {
			this.connection = connection;
			this.received.clear();
		}
		Delivery known = this.byPacketId.get(delivery.packetId());
		boolean again = known != null && known.connection != connection
				&& known.packet().sameContent(delivery.packet());
		Delivery listed = (known != null && again) ? known : delivery;
		listed.connection = connection;
		this.byPacketId.put(listed.packetId(), listed);
		this.received.add(listed);
		acknowledge();
		return !again;
	}

	/**
	 * The gateway is done with it.
	 */
	synchronized void settled(Delivery delivery) {
		delivery.settled = true;
		acknowledge();
	}

	private void acknowledge() {
		Connection to = this.connection;
		if (to == null) {
			return;
		}
		Delivery oldest = this.received.peek();
		while (oldest != null && oldest.settled) {
			this.received.remove();
			this.byPacketId.remove(oldest.packetId(), oldest);
			to.acknowledge(oldest.packetId());
			oldest = this.received.peek();
		}
	}

	/**
	 * PUBACKs can't leave until the messages come again.
	 */
	synchronized void disconnected() {
		this.connection = null;
		this.received.clear();
	}

	/**
	 * The broker knows none of them any more.
	 * @return how many there were
	 */
	synchronized int sessionLost() {
		int count = this.byPacketId.size();
		this.byPacketId.clear();
		this.received.clear();
		return count;
	}

}
