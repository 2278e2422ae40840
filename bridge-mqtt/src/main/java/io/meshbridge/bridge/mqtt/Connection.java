package io.meshbridge.bridge.mqtt;

import java.util.List;

import io.meshbridge.bridge.SendException;

/**
 * One network connection to one broker. It is never used again once it is lost: a new one
 * is made instead, so that acknowledgements, tokens and in-flight messages of the one can
 * never be taken for those of the other. Paho's own reconnect keeps them in one client
 * object and sends what was in flight a second time.
 * <p>
 * Thread-safe. {@link #publish} and {@link #acknowledge} only queue and never block.
 */
interface Connection {

	/**
	 * Connects, and waits for the broker's answer.
	 * @throws ConnectionException when it can't be reached in time or refuses
	 */
	Terms connect() throws ConnectionException;

	/**
	 * Subscribes, and waits for the broker's answer.
	 * @throws ConnectionException when one of the filters is refused
	 */
	void subscribe(List<String> filters, int qos) throws ConnectionException;

	/**
	 * Hands a packet to the network. At most {@link Terms#receiveMaximum()} may be
	 * unconfirmed at a time.
	 * @throws SendException when the client did not take it; then {@code confirmation}
	 * hears nothing
	 */
	void publish(Packet packet, Confirmation confirmation) throws SendException;

	/**
	 * Sends a PUBACK.
	 */
	void acknowledge(int packetId);

	/**
	 * Disconnects after what is queued has left, keeping the session. Returns within a
	 * second or two; does nothing when already closed.
	 */
	void close();

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
