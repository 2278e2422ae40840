package io.meshbridge.it;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the numbers of one path, and lives through all faults: it makes a new connection
 * and goes on with the next number.
 */
final class NumberPump {

	private static final Logger logger = LoggerFactory.getLogger(NumberPump.class);

	private static final List<String> KEYS = List.of("k0", "k1", "k2");

	/** One of so many is refused by its target for good. */
	private static final int POISON_EVERY = 25;

	/** Unacknowledged ones beyond which nothing is sent. */
	private static final int WINDOW = 100;

	/** Turns with a full window after which the connection counts as broken. */
	private static final int PATIENCE = 50;

	/** Turns without a connection after one that broke. */
	private static final int REST = 5;

	private final PathLedger ledger;

	private final String destination;

	private final Callable<NumberSender> connecting;

	private @Nullable NumberSender sender;

	/** Of the present connection. */
	private AtomicInteger underWay = new AtomicInteger();

	/** With a full window. */
	private int idleTurns;

	/** Until it tries to connect again. */
	private int restTurns;

	/**
	 * Describes a pump.
	 * @param connecting makes a connection, for each that broke a new one
	 */
	NumberPump(PathLedger ledger, String destination, Callable<NumberSender> connecting) {
		this.ledger = ledger;
		this.destination = destination;
		this.connecting = connecting;
	}

	/**
	 * Sends the next number of each key, if it can.
	 */
	void turn() {
		if (this.restTurns > 0) {
			this.restTurns--;
			return;
		}
		try {
			NumberSender connected = this.sender;
			if (connected == null) {
				connected = this.connecting.call();
				this.sender = connected;
				this.underWay = new AtomicInteger();
			}
			else if (this.underWay.get() > WINDOW) {
				if (++this.idleTurns > PATIENCE) {
					throw new IllegalStateException(this.ledger.path() + ": nothing is acknowledged");
				}
				return;
			}
			this.idleTurns = 0;
			for (String key : KEYS) {
				send(connected, key);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (Exception ex) {
			logger.debug("{}: broken", this.ledger.path(), ex);
			this.idleTurns = 0;
			this.restTurns = REST;
			disconnect();
		}
	}

	private void send(NumberSender connected, String key) throws Exception {
		int number = this.ledger.next(key);
		AtomicInteger counter = this.underWay;
		counter.incrementAndGet();
		connected.send(this.destination, new LedgerEvent(this.ledger.path(), key, number, number % POISON_EVERY == 0),
				() -> {
					counter.decrementAndGet();
					this.ledger.acknowledged(key, number);
				});
	}

	/**
	 * Ends the connection, if there is one.
	 */
	void disconnect() {
		NumberSender closing = this.sender;
		this.sender = null;
		try {
			if (closing != null) {
				closing.close();
			}
		}
		catch (RuntimeException ex) {
			logger.debug("{}: does not close", this.ledger.path(), ex);
		}
	}

}
