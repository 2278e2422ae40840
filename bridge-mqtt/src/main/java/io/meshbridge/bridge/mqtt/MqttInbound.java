package io.meshbridge.bridge.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.integration.core.Pausable;
import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.integration.mqtt.support.MqttHeaders;
import org.springframework.messaging.support.GenericMessage;

/**
 * The receiving end of one binding: subscribes, hands messages on in the order of arrival
 * and withholds their PUBACKs until they are settled.
 * <p>
 * Pausing keeps the connection, so that what is settled meanwhile can be acknowledged:
 * arriving messages are held here, and the broker stops by itself when as many are
 * unacknowledged as it was allowed to send. One that does not know such a limit (3.1.1),
 * or does not keep it, is disconnected when too many pile up, until half of them are
 * handed on; its session keeps the rest.
 */
final class MqttInbound extends MessageProducerSupport implements Pausable, ConnectionKeeper.Owner {

	private static final Logger log = LoggerFactory.getLogger(MqttInbound.class);

	/** Pause before a refused message is handed on again. */
	private static final long AGAIN_AFTER_MILLIS = 1000;

	private final MqttBroker broker;

	private final ConnectionSettings settings;

	private final List<String> filters;

	private final int qos;

	private final ConnectionKeeper keeper;

	private final Unsettled unsettled = new Unsettled();

	/** Makes the order of arrival the order of delivery; guards {@link #held}. */
	private final ReentrantLock delivering = new ReentrantLock();

	private final Deque<Delivery> held = new ArrayDeque<>();

	private volatile boolean paused;

	private volatile boolean suspended;

	private volatile boolean stopped = true;

	/**
	 * @param session name of the session, the same after a restart; {@code null} for one
	 * that ends with the connection
	 * @param filters as they are sent to the broker
	 */
	MqttInbound(MqttBroker broker, @Nullable String session, List<String> filters, int qos, int receiveMaximum) {
		this.broker = broker;
		this.settings = broker.sourceSettings(session, receiveMaximum, log);
		this.filters = List.copyOf(filters);
		this.qos = qos;
		this.keeper = new ConnectionKeeper(this.settings, broker, this);
	}

	String clientId() {
		return this.settings.clientId();
	}

	@Override
	public String getComponentType() {
		return "mqtt:inbound-channel-adapter";
	}

	@Override
	protected void doStart() {
		this.delivering.lock();
		try {
			this.held.clear();
			this.stopped = false;
			this.paused = false;
			this.suspended = false;
		}
		finally {
			this.delivering.unlock();
		}
		this.broker.inUse(this.settings, true);
		try {
			this.keeper.start();
		}
		catch (ConnectionException ex) {
			this.stopped = true;
			this.broker.inUse(this.settings, false);
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

	@Override
	public void connected(Connection connection, Connection.Terms terms) throws ConnectionException {
		if (!terms.sessionPresent()) {
			int forgotten = this.unsettled.sessionLost();
			if (forgotten > 0) {
				log.warn("{} forgot the session of '{}' with {} unacknowledged messages; they go on to their targets",
						this.settings.describe(), clientId(), forgotten);
			}
		}
		// Also when the session is there: mosquitto 2.0 keeps it over a restart, but not
		// its shared subscriptions, and says nothing.
		connection.subscribe(this.filters, this.qos);
	}

	@Override
	public void disconnected(String reason) {
		this.unsettled.disconnected();
	}

	@Override
	public void arrived(Connection connection, int packetId, Packet packet) {
		Delivery delivery = new Delivery(this, packetId, packet);
		if (this.stopped || !this.unsettled.arrived(connection, delivery)) {
			return;
		}
		this.delivering.lock();
		try {
			if (this.paused || !this.held.isEmpty()) {
				hold(delivery);
			}
			else {
				deliver(delivery);
			}
		}
		finally {
			this.delivering.unlock();
		}
	}

	private void hold(Delivery delivery) {
		this.held.add(delivery);
		if (this.paused && !this.suspended && this.held.size() > this.settings.receiveMaximum()) {
			this.suspended = true;
			log.info("'{}' is paused and {} sends on: disconnected until half of it is handed on", clientId(),
					this.settings.describe());
			this.broker.workers().execute(this::applySuspension);
		}
	}

	/**
	 * Both ways through one door, so that the last word counts.
	 */
	private void applySuspension() {
		synchronized (this.keeper) {
			if (this.suspended) {
				this.keeper.suspend();
			}
			else {
				this.keeper.resume();
			}
		}
	}

	private void deliver(Delivery delivery) {
		Packet packet = delivery.packet();
		Map<String, Object> headers = Map.of(Delivery.HEADER, delivery, MqttHeaders.RECEIVED_TOPIC, packet.topic(),
				MqttHeaders.RECEIVED_QOS, packet.qos(), MqttHeaders.RECEIVED_RETAINED, packet.retained(),
				MqttHeaders.ID, delivery.packetId());
		try {
			sendMessage(new GenericMessage<>(packet.payload(), headers));
		}
		catch (RuntimeException ex) {
			log.warn("'{}': message on topic '{}' was not taken, it is tried again", clientId(), packet.topic(), ex);
			again(delivery);
		}
	}

	/**
	 * The message needs no further care.
	 */
	void settled(Delivery delivery) {
		if (!this.stopped) {
			this.unsettled.settled(delivery);
		}
	}

	/**
	 * Hands the message on again in a while. There is no such thing as a negative PUBACK
	 * in MQTT: the broker sends again only after a reconnect.
	 */
	void again(Delivery delivery) {
		if (this.stopped) {
			return;
		}
		this.broker.timer().schedule(() -> this.broker.workers().execute(() -> {
			this.delivering.lock();
			try {
				this.held.addFirst(delivery);
			}
			finally {
				this.delivering.unlock();
			}
			deliverHeld();
		}), AGAIN_AFTER_MILLIS, TimeUnit.MILLISECONDS);
	}

	private void deliverHeld() {
		boolean more = true;
		while (more) {
			this.delivering.lock();
			try {
				Delivery next = (this.paused || this.stopped) ? null : this.held.poll();
				more = next != null;
				if (next != null) {
					deliver(next);
				}
				if (this.suspended && !this.paused && this.held.size() <= this.settings.receiveMaximum() / 2) {
					this.suspended = false;
					this.broker.workers().execute(this::applySuspension);
				}
			}
			finally {
				this.delivering.unlock();
			}
		}
	}

	@Override
	public void pause() {
		this.paused = true;
	}

	@Override
	public void resume() {
		if (!this.paused) {
			return;
		}
		this.paused = false;
		// On another thread: the caller may hold locks that the handler wants.
		this.broker.workers().execute(this::deliverHeld);
	}

	@Override
	public boolean isPaused() {
		return this.paused;
	}

	@Override
	protected void doStop() {
		this.stopped = true;
		this.keeper.stop();
		this.unsettled.sessionLost();
		this.broker.inUse(this.settings, false);
	}

}
