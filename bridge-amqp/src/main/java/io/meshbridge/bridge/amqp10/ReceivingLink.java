package io.meshbridge.bridge.amqp10;

import java.util.function.Consumer;

import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.jspecify.annotations.Nullable;

/**
 * The link of a source on one connection. Messages that are not settled and credit
 * together are never more than its window, and credit is given in small portions and not
 * at all while the unsettled ones are large, so that the heap does not grow with them.
 * Thread-safe: what touches the link runs on the I/O thread.
 */
final class ReceivingLink {

	private static final long REFUSE_MILLIS = 1000;

	/** Most credit at a time; enough to keep a broker busy that is 20 ms away. */
	private static final int PORTION = 250;

	/** From here on unsettled messages are large. */
	private static final long LARGE_BYTES = 32 * 1024 * 1024;

	private final Connection connection;

	private final String address;

	private final Subscription subscription;

	private final int window;

	private final Consumer<Delivery> arrived;

	/** For the I/O thread. */
	private @Nullable Receiver receiver;

	/** Messages that came and are not settled; for the I/O thread. */
	private int unsettled;

	/** Their size; for the I/O thread. */
	private long unsettledBytes;

	/** Whether messages are wanted; for the I/O thread. */
	private boolean open;

	/**
	 * @param window most messages that may be unsettled
	 * @param arrived takes messages, on the I/O thread
	 */
	ReceivingLink(Connection connection, String address, Subscription subscription, int window,
			Consumer<Delivery> arrived) {
		this.connection = connection;
		this.address = address;
		this.subscription = subscription;
		this.window = window;
		this.arrived = arrived;
	}

	String address() {
		return this.address;
	}

	/**
	 * On the I/O thread.
	 */
	Link<?> make(Session session) {
		Receiver made = session.receiver(this.subscription.linkName());
		made.setSenderSettleMode(SenderSettleMode.UNSETTLED);
		made.setReceiverSettleMode(ReceiverSettleMode.FIRST);
		made.setSource(this.subscription.source(this.address));
		made.setTarget(new Target().setAddress(made.getName()));
		made.deliveryReadHandler(this::read);
		made.deliveryAbortedHandler((aborted) -> {
			aborted.settle();
			topUp();
		});
		made.creditStateUpdateHandler(this::creditChanged);
		this.receiver = made;
		return made;
	}

	private void read(IncomingDelivery delivery) {
		if (delivery.isAborted()) {
			delivery.settle();
			return;
		}
		if (delivery.isPartial()) {
			delivery.claimAvailableBytes();
			return;
		}
		byte[] encoded = new byte[delivery.available()];
		ProtonBuffer all = delivery.readAll();
		if (all != null) {
			try (all) {
				all.readBytes(encoded, 0, encoded.length);
			}
		}
		this.unsettled++;
		this.unsettledBytes += encoded.length;
		delivery.setLinkedResource(encoded.length);
		this.arrived.accept(new Delivery(this, delivery, encoded));
	}

	/**
	 * Lets messages come.
	 */
	void open() {
		this.connection.execute(() -> {
			this.open = true;
			topUp();
		});
	}

	/**
	 * Takes back the credit that the broker has not used, where it can do that. Until it
	 * has heard of that, messages may still come.
	 */
	void shut() {
		this.connection.execute(() -> {
			this.open = false;
			Receiver from = this.receiver;
			if (from == null || this.connection.over() || !this.connection.drains() || from.isDraining()
					|| !from.drain()) {
				return;
			}
			this.connection.later(() -> {
				if (from.isDraining()) {
					this.connection.reset("the broker did not answer a drain");
				}
			});
		});
	}

	private void creditChanged(Receiver from) {
		if (!from.isDraining()) {
			topUp();
		}
	}

	private void topUp() {
		Receiver from = this.receiver;
		if (from == null || !this.open || this.connection.over() || from.isDraining()) {
			return;
		}
		if (this.unsettledBytes >= LARGE_BYTES) {
			return;
		}
		int most = Math.min(this.window - this.unsettled, PORTION);
		int room = most - from.getCredit();
		// In steps, for each is a frame; but never let the broker run dry.
		if (room > 0 && (room >= most / 4 || from.getCredit() == 0)) {
			from.addCredit(room);
		}
	}

	void accept(IncomingDelivery delivery) {
		this.connection.execute(() -> settle(delivery, Accepted.getInstance()));
	}

	/**
	 * Released, not modified as failed: some brokers throw away what has failed a number
	 * of times.
	 */
	void refuse(IncomingDelivery delivery) {
		this.connection.later(() -> settle(delivery, Released.getInstance()), REFUSE_MILLIS);
	}

	private void settle(IncomingDelivery delivery, DeliveryState outcome) {
		if (this.connection.over() || delivery.isSettled()) {
			return;
		}
		delivery.disposition(outcome, true);
		this.unsettled--;
		this.unsettledBytes -= delivery.getLinkedResource(Integer.class);
		topUp();
	}

}
