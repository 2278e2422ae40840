package io.meshbridge.bridge.test.memory;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;

import io.meshbridge.bridge.test.BridgeHarness;
import io.meshbridge.bridge.test.Destination;
import io.meshbridge.bridge.test.OrderUnit;
import io.meshbridge.bridge.test.RawMessage;
import org.jspecify.annotations.Nullable;

/**
 * The contract's view of the protocol in memory.
 */
class MemoryHarness implements BridgeHarness {

	private static final String RAW = "raw";

	private final MemoryBroker broker = new MemoryBroker();

	private final MemoryBridge bridge;

	private final OrderUnit orderUnit;

	MemoryHarness(MemoryBridge bridge) {
		this(bridge, OrderUnit.key("message key"));
	}

	MemoryHarness(MemoryBridge bridge, OrderUnit orderUnit) {
		this.bridge = bridge;
		this.orderUnit = orderUnit;
	}

	@Override
	public String name() {
		return "memory";
	}

	@Override
	public String binder() {
		return "memory";
	}

	@Override
	public Map<String, Object> properties() {
		return Map.of("memory.broker", this.broker, "memory.bridge", this.bridge);
	}

	@Override
	public Destination newDestination() {
		String topic = "t-" + UUID.randomUUID();
		this.broker.declare(topic, RAW);
		return Destination.of(topic);
	}

	@Override
	public Destination forbiddenDestination() {
		return Destination.of(MemoryBroker.FORBIDDEN);
	}

	@Override
	public void publish(Destination destination, RawMessage message) {
		this.broker
			.publish(destination.source(),
					MemoryMessage.of(message.headers(), message.contentType(), message.key(), message.body()))
			.join();
	}

	@Override
	public @Nullable RawMessage take(Destination destination, Duration wait) {
		try {
			MemoryMessage taken = this.broker.take(destination.target(), RAW, wait);
			return (taken == null) ? null
					: new RawMessage(taken.headers(), taken.contentType(), taken.key(), taken.body());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while taking from " + destination, ex);
		}
	}

	@Override
	public String headerName(String attribute) {
		return MemoryBridge.PREFIX + attribute;
	}

	@Override
	public void stopBroker() {
		this.broker.stop();
	}

	@Override
	public void startBroker() {
		this.broker.start();
	}

	@Override
	public void suspendBroker() {
		this.broker.suspend();
	}

	@Override
	public void resumeBroker() {
		this.broker.resume();
	}

	@Override
	public int maxPayloadBytes() {
		return MemoryBroker.MAX_BYTES;
	}

	@Override
	public OrderUnit orderUnit() {
		return this.orderUnit;
	}

	@Override
	public Duration patience() {
		return Duration.ofSeconds(8);
	}

}
