package io.meshbridge.bridge.rabbit;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import com.rabbitmq.client.Channel;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveryLedgerTests {

	private final List<String> written = new ArrayList<>();

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	private boolean broken;

	private final DeliveryLedger ledger = new DeliveryLedger(channel(), 1, this.tasks::add);

	private Channel channel() {
		return (Channel) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Channel.class },
				(proxy, method, arguments) -> switch (method.getName()) {
					case "basicAck" -> write("ack " + arguments[0] + ((boolean) arguments[1] ? " and below" : ""));
					case "basicNack" -> write("nack " + arguments[0]);
					case "isOpen" -> !this.broken;
					default -> throw new UnsupportedOperationException(method.getName());
				});
	}

	private Object write(String what) throws IOException {
		if (this.broken) {
			throw new IOException("broken");
		}
		return this.written.add(what);
	}

	private void accept(long... tags) {
		for (long tag : tags) {
			this.ledger.settle(tag, true);
		}
		run();
	}

	private void run() {
		while (!this.tasks.isEmpty()) {
			this.tasks.remove().run();
		}
	}

	@Test
	void acknowledgesARunInOneFrame() {
		accept(3, 1, 2);
		assertThat(this.written).containsExactly("ack 3 and below");
	}

	@Test
	void acknowledgesWhatIsBehindAGapOneByOne() {
		accept(1, 3, 4);
		assertThat(this.written).containsExactly("ack 1 and below", "ack 3", "ack 4");
	}

	@Test
	void neverAcknowledgesATagTwice() {
		accept(2, 3);
		accept(1);
		accept(4, 6);
		accept(5);
		assertThat(this.written).containsExactly("ack 2", "ack 3", "ack 1 and below", "ack 4 and below", "ack 6",
				"ack 5 and below");
	}

	@Test
	void refusesBeforeItAcknowledgesTheRunAround() {
		this.ledger.settle(1, true);
		this.ledger.settle(2, false);
		accept(3);
		assertThat(this.written).containsExactly("nack 2", "ack 3 and below");
	}

	@Test
	void runThatEndsWithARefusedOneIsAcknowledgedUpToTheOneBefore() {
		this.ledger.settle(1, true);
		this.ledger.settle(2, false);
		run();
		accept(3);
		assertThat(this.written).containsExactly("nack 2", "ack 1 and below", "ack 3 and below");
	}

	@Test
	void canBeAwaitedUntilWhatIsSettledIsWritten() throws Exception {
		this.ledger.settle(1, true);
		Thread writer = new Thread(this::run);
		writer.start();
		this.ledger.awaitWritten(Duration.ofSeconds(60));
		assertThat(this.written).containsExactly("ack 1 and below");
		writer.join(10_000);
		// Nothing to wait for.
		this.ledger.awaitWritten(Duration.ofDays(1));
	}

	@Test
	void isNotAwaitedOnAChannelThatIsGone() {
		this.broken = true;
		accept(1);
		this.ledger.awaitWritten(Duration.ofDays(1));
		assertThat(this.written).isEmpty();
	}

	@Test
	void settlingOnAChannelThatIsGoneHasNoEffect() {
		this.broken = true;
		accept(1);
		assertThat(this.ledger.open()).isFalse();
		this.broken = false;
		accept(2);
		assertThat(this.written).isEmpty();
		assertThat(this.tasks).isEmpty();
	}

	@Test
	void manyTagsInAnyOrderEndWithNothingLeft() {
		for (int round = 0; round < 20; round++) {
			long base = round * 100L + 1;
			for (int i = 0; i < 100; i += 2) {
				this.ledger.settle(base + i, true);
			}
			run();
			for (int i = 99; i > 0; i -= 2) {
				this.ledger.settle(base + i, true);
			}
			run();
		}
		accept(2001);
		assertThat(this.written).last().isEqualTo("ack 2001 and below");
	}

}
