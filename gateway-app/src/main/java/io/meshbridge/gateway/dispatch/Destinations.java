package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.SendException;
import io.meshbridge.rules.DestinationException;
import io.meshbridge.rules.DynamicEndpoint;
import io.meshbridge.rules.Endpoint;

/**
 * The deliveries of a target whose destination each event names: one for each
 * destination, with order, breaker and limits of its own, made when the first event goes
 * there. One that had no event for a while is closed, and so is the one that had none for
 * the longest when there are too many. Thread-safe.
 */
final class Destinations {

	private static final Duration IDLE = Duration.ofMinutes(10);

	private static final int MOST = 100;

	private final DynamicEndpoint rule;

	private final Function<Endpoint, Delivery> opener;

	private final Consumer<Delivery> closer;

	private final DeliveryTimer timer;

	/** The one used last comes last; guarded by this. */
	private final Map<Endpoint, Open> open = new LinkedHashMap<>(16, 0.75f, true);

	private boolean closing;

	Destinations(DynamicEndpoint rule, Function<Endpoint, Delivery> opener, Consumer<Delivery> closer,
			DeliveryTimer timer) {
		this.rule = rule;
		this.opener = opener;
		this.closer = closer;
		this.timer = timer;
	}

	/**
	 * Hands an event to the delivery of its destination.
	 * @throws SendException when it names none that it may go to
	 */
	<T> T deliver(CloudEvent event, Function<Delivery, T> work) throws SendException {
		Open chosen = enter(endpoint(event));
		try {
			return work.apply(chosen.delivery);
		}
		finally {
			leave(chosen);
		}
	}

	private Endpoint endpoint(CloudEvent event) throws SendException {
		try {
			return this.rule.of(event);
		}
		catch (DestinationException ex) {
			throw SendException.permanent("DESTINATION", this.rule + ": " + ex.getMessage(), ex);
		}
	}

	private synchronized Open enter(Endpoint endpoint) {
		Open chosen = this.open.get(endpoint);
		if (chosen == null) {
			closeIdle(MOST - 1, Duration.ZERO);
			chosen = new Open(this.opener.apply(endpoint));
			if (this.closing) {
				chosen.delivery.startClosing();
			}
			this.open.put(endpoint, chosen);
		}
		chosen.users++;
		return chosen;
	}

	private synchronized void leave(Open chosen) {
		chosen.users--;
		chosen.lastUsedNanos = this.timer.nanoTime();
	}

	/**
	 * Closes what had no event for a while. Called every now and then.
	 */
	synchronized void closeIdle() {
		closeIdle(0, IDLE);
	}

	private void closeIdle(int keep, Duration idle) {
		Iterator<Open> all = this.open.values().iterator();
		while (this.open.size() > keep && all.hasNext()) {
			Open each = all.next();
			if (each.users == 0 && each.delivery.inFlight() == 0
					&& this.timer.nanoTime() - each.lastUsedNanos >= idle.toNanos()) {
				all.remove();
				this.closer.accept(each.delivery);
			}
		}
	}

	/**
	 * Whether events may go there.
	 * @param target as dead letters name it
	 */
	boolean allows(String target) {
		return this.rule.allowed(target) != null;
	}

	/**
	 * What is open now.
	 */
	synchronized List<Delivery> deliveries() {
		List<Delivery> deliveries = new ArrayList<>();
		this.open.values().forEach((each) -> deliveries.add(each.delivery));
		return deliveries;
	}

	/**
	 * From now on nothing is sent any more.
	 */
	synchronized void startClosing() {
		this.closing = true;
		this.open.values().forEach((each) -> each.delivery.startClosing());
	}

	/**
	 * Hands back what is left and closes all.
	 */
	synchronized void close() {
		this.closing = true;
		this.open.values().forEach((each) -> {
			each.delivery.close();
			this.closer.accept(each.delivery);
		});
		this.open.clear();
	}

	/**
	 * An open destination; guarded by its owner.
	 */
	private static final class Open {

		final Delivery delivery;

		int users;

		long lastUsedNanos;

		Open(Delivery delivery) {
			this.delivery = delivery;
		}

	}

}
