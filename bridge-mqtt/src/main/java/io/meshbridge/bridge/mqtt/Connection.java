package io.meshbridge.bridge.mqtt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.meshbridge.bridge.SendException;

/**
 * One network connection to one broker. It is never used again once it is lost: a new one
 * is made instead, so that acknowledgements, tokens and in-flight messages of the one can
 * never be taken for those of the other. Paho's own reconnect keeps them in one client
 * object and sends what was in flight a second time.
 * <p>
 * Here is what holds for both versions of the protocol; the subclasses speak to the Paho
 * client of theirs, and throw what it throws. Thread-safe. {@link #publish} and
 * {@link #acknowledge} only queue and never block.
 */
abstract class Connection {

	private static final Duration QUIESCE = Duration.ofMillis(500);

	private final ConnectionSettings settings;

	private final Listener listener;

	private volatile boolean closed;

	/** PUBACKs for what came before the broker's answer did; guarded by itself. */
	private final List<Integer> early = new ArrayList<>();

	/** Whether the client knows that it is connected, and sends what it is given. */
	private volatile boolean stands;

	/** Messages that came over it. */
	private final AtomicInteger arrivals = new AtomicInteger();

	Connection(ConnectionSettings settings, Listener listener) {
		this.settings = settings;
		this.listener = listener;
	}

	/**
	 * Connects, and waits for the broker's answer.
	 * @throws ConnectionException when it can't be reached in time or refuses
	 */
	final Terms connect() throws ConnectionException {
		try {
			Terms terms = connect(this.settings.connectWait());
			acknowledgeEarly();
			return terms;
		}
		catch (Exception ex) {
			this.closed = true;
			release(Duration.ZERO);
			throw failure("can't connect", ex);
		}
	}

	private void acknowledgeEarly() {
		synchronized (this.early) {
			this.early.forEach(this::puback);
			this.early.clear();
			this.stands = true;
		}
	}

	abstract Terms connect(Duration limit) throws Exception;

	/**
	 * Subscribes, and waits for the broker's answer.
	 * @throws ConnectionException when one of the filters is refused
	 */
	final void subscribe(List<String> filters, int qos) throws ConnectionException {
		int[] codes;
		try {
			codes = await(requestSubscription(filters, qos));
		}
		catch (Exception ex) {
			throw failure("can't subscribe to " + filters, ex);
		}
		for (int i = 0; i < codes.length; i++) {
			if (codes[i] >= ReasonCodes.FAILURE) {
				throw new ConnectionException("%s: subscription to '%s' refused: %s".formatted(this.settings.describe(),
						filters.get(i), ReasonCodes.describe(codes[i])));
			}
		}
	}

	/**
	 * Waits as long as a connection may take, and longer while messages come: the broker
	 * sends what its session holds before it answers.
	 */
	private int[] await(CompletableFuture<int[]> answer) throws Exception {
		while (true) {
			int before = this.arrivals.get();
			try {
				return answer.get(this.settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (TimeoutException ex) {
				if (this.arrivals.get() == before) {
					throw new TimeoutException("no answer within " + this.settings.connectTimeout());
				}
			}
			catch (ExecutionException ex) {
				throw (ex.getCause() instanceof Exception cause) ? cause : ex;
			}
		}
	}

	/**
	 * @return the codes of the SUBACK, one for each filter
	 */
	abstract CompletableFuture<int[]> requestSubscription(List<String> filters, int qos) throws Exception;

	private ConnectionException failure(String what, Exception cause) {
		if (cause instanceof InterruptedException || cause.getCause() instanceof InterruptedException) {
			Thread.currentThread().interrupt();
		}
		return new ConnectionException(this.settings.describe() + ": " + what + ": " + describe(cause), cause);
	}

	/**
	 * Hands a packet to the network. At most {@link Terms#receiveMaximum()} may be
	 * unconfirmed at a time.
	 * @throws SendException when the client did not take it; then {@code confirmation}
	 * hears nothing
	 */
	final void publish(Packet packet, Confirmation confirmation) throws SendException {
		try {
			send(packet, confirmation);
		}
		catch (Exception ex) {
			throw ReasonCodes.connectionLost(this.settings.describe(), describe(ex), ex);
		}
	}

	abstract void send(Packet packet, Confirmation confirmation) throws Exception;

	/**
	 * A PUBLISH came in.
	 */
	final void arrived(int packetId, boolean duplicate, Packet packet) {
		this.arrivals.incrementAndGet();
		this.listener.arrived(this, (packet.qos() == 0) ? 0 : packetId, duplicate, packet);
	}

	/**
	 * Sends a PUBACK, once the broker has answered: Paho's sender ends for good when it
	 * is given anything but a CONNECT before that.
	 */
	final void acknowledge(int packetId) {
		if (!this.stands) {
			synchronized (this.early) {
				if (!this.stands) {
					this.early.add(packetId);
					return;
				}
			}
		}
		puback(packetId);
	}

	private void puback(int packetId) {
		if (this.closed) {
			return;
		}
		try {
			sendPuback(packetId);
		}
		catch (Exception ex) {
			// The connection goes down at this moment; the broker sends the message
			// again. Paho answers a client that is just closed with a null pointer.
			this.settings.logger().debug("PUBACK for packet {} did not leave: {}", packetId, ex.toString());
		}
	}

	abstract void sendPuback(int packetId) throws Exception;

	/**
	 * The client says that the connection is gone.
	 */
	final void lost(String reason) {
		if (!this.closed) {
			this.closed = true;
			this.listener.lost(this, reason);
		}
	}

	/**
	 * Disconnects after what is queued has left, keeping the session. Returns within a
	 * second or two; does nothing when already closed.
	 */
	final void close() {
		if (!this.closed) {
			this.closed = true;
			release(QUIESCE);
		}
	}

	private void release(Duration quiesce) {
		try {
			if (connected()) {
				release(quiesce.toMillis(), 250, true);
			}
			else {
				release(0, 1, false);
			}
		}
		catch (Exception ex) {
			this.settings.logger().debug("{}: closing: {}", this.settings.describe(), ex.toString());
		}
	}

	abstract boolean connected();

	/**
	 * Disconnects and gives up the client's threads.
	 * @param quiesceMillis how long what is queued may take
	 * @param disconnectMillis how long the DISCONNECT packet may take
	 * @param sendDisconnect whether there shall be one
	 */
	abstract void release(long quiesceMillis, long disconnectMillis, boolean sendDisconnect) throws Exception;

	/**
	 * A failure and its cause in words.
	 */
	final String describe(Throwable failure) {
		Throwable cause = failure.getCause();
		return (cause == null) ? reason(failure) : reason(failure) + " (" + cause + ")";
	}

	/**
	 * A failure of the client in words, by its code where that says more.
	 */
	String reason(Throwable failure) {
		return String.valueOf(failure.getMessage());
	}

	/**
	 * What the broker said about itself when it accepted the connection.
	 *
	 * @param sessionPresent whether it still has the client's session
	 * @param receiveMaximum how many publishes may be unconfirmed
	 * @param maximumPacketBytes of a packet sent to it
	 * @param maximumQos of a publish
	 * @param retainAvailable whether it stores retained messages
	 */
	record Terms(boolean sessionPresent, int receiveMaximum, long maximumPacketBytes, int maximumQos,
			boolean retainAvailable) {

		/**
		 * Requires that the broker would take the packet. Paho would quietly lower the
		 * QoS and drop the retain flag instead.
		 * @param ownLimitBytes limit of our own for a packet
		 * @throws SendException permanent, when it would not
		 */
		void requireAllowed(Packet packet, long ownLimitBytes) throws SendException {
			long limit = Math.min(this.maximumPacketBytes, ownLimitBytes);
			if (packet.wireBytes() > limit) {
				throw SendException.permanent("TOO_LARGE",
						"%s: packet of %,d bytes exceeds the broker's limit of %,d bytes".formatted(packet.topic(),
								packet.wireBytes(), limit),
						null);
			}
			if (packet.qos() > this.maximumQos) {
				throw SendException.permanent("QOS_NOT_SUPPORTED", "%s: the broker takes QoS %d at most, expected %d"
					.formatted(packet.topic(), this.maximumQos, packet.qos()), null);
			}
			if (packet.retained() && !this.retainAvailable) {
				throw SendException.permanent("RETAIN_NOT_SUPPORTED",
						packet.topic() + ": the broker keeps no retained messages", null);
			}
		}

	}

	/**
	 * Hears what happens on a connection, on the client's threads.
	 */
	interface Listener {

		/**
		 * A PUBLISH came in.
		 * @param packetId 0 for QoS 0
		 * @param duplicate the DUP flag; MQTT 5 connections can't tell, see
		 * {@link Mqtt5Connection}
		 */
		void arrived(Connection connection, int packetId, boolean duplicate, Packet packet);

		/**
		 * The connection is gone and was not closed by us.
		 */
		void lost(Connection connection, String reason);

	}

	/**
	 * Hears what became of one publish: exactly one of its methods is called.
	 */
	interface Confirmation {

		/**
		 * The broker answered.
		 * @param reasonCode of the PUBACK; 0 where the protocol has none
		 */
		void answered(int reasonCode);

		/**
		 * No answer will come.
		 */
		void failed(Throwable cause);

	}

}
