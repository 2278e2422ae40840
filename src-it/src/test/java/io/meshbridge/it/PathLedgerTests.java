package io.meshbridge.it;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The books of the ledger test tell of what is lost, doubled or out of order.
 */
class PathLedgerTests {

	private final PathLedger ledger = new PathLedger("http-http");

	private void acknowledge(int count) {
		for (int i = 0; i < count; i++) {
			this.ledger.acknowledged("k", this.ledger.next("k"));
		}
	}

	@Test
	void balancesWhenEachNumberCameOnceAndInOrder() {
		acknowledge(3);
		this.ledger.delivered("k", 1);
		this.ledger.deadLettered("k", 2);
		this.ledger.delivered("k", 3);
		assertThat(this.ledger.missing()).isEmpty();
		assertThat(this.ledger.delivered()).isEqualTo(2);
		assertThat(this.ledger.deadLettered()).isEqualTo(1);
		assertThat(this.ledger.duplicates()).isZero();
		assertThat(this.ledger.reordered()).isZero();
	}

	@Test
	void whatIsAcknowledgedAndCameNowhereIsMissing() {
		acknowledge(3);
		this.ledger.delivered("k", 1);
		this.ledger.delivered("k", 3);
		assertThat(this.ledger.missing()).singleElement().asString().startsWith("k 2 ");
		assertThat(this.ledger.line(Instant.now())).containsPattern(" 3 +3 +2 +0 +0 +1 +0 +0 ");
	}

	@Test
	void whatNobodyAcknowledgedMayBeMissing() {
		this.ledger.next("k");
		assertThat(this.ledger.missing()).isEmpty();
	}

	@Test
	void whatCameBeforeItsAcknowledgementIsNotMissing() {
		int number = this.ledger.next("k");
		this.ledger.delivered("k", number);
		this.ledger.acknowledged("k", number);
		assertThat(this.ledger.missing()).isEmpty();
		assertThat(this.ledger.delivered()).isEqualTo(1);
	}

	@Test
	void aSecondCopyIsADuplicateAndCountsOnce() {
		acknowledge(1);
		this.ledger.delivered("k", 1);
		this.ledger.delivered("k", 1);
		assertThat(this.ledger.duplicates()).isEqualTo(1);
		assertThat(this.ledger.delivered()).isEqualTo(1);
	}

	@Test
	void aDeadLetterOfWhatWasDeliveredIsADuplicateAndCountsOnce() {
		acknowledge(1);
		this.ledger.delivered("k", 1);
		this.ledger.deadLettered("k", 1);
		assertThat(this.ledger.duplicates()).isEqualTo(1);
		assertThat(this.ledger.delivered() + this.ledger.deadLettered()).isEqualTo(1);
	}

	@Test
	void aNumberBehindAGreaterOneOfItsKeyIsReordered() {
		acknowledge(3);
		this.ledger.delivered("k", 1);
		this.ledger.delivered("k", 3);
		this.ledger.delivered("k", 2);
		assertThat(this.ledger.reordered()).isEqualTo(1);
		assertThat(this.ledger.disorder()).containsExactly("k came as 1-3 2-2");
	}

	@Test
	void aSecondCopyIsNotReordered() {
		acknowledge(2);
		this.ledger.delivered("k", 1);
		this.ledger.delivered("k", 2);
		this.ledger.delivered("k", 1);
		assertThat(this.ledger.reordered()).isZero();
	}

	/** It came again, and its target did not refuse it this time. */
	@Test
	void aSecondCopyOfADeadLetterIsNotReordered() {
		acknowledge(3);
		this.ledger.delivered("k", 1);
		this.ledger.delivered("k", 3);
		this.ledger.delivered("k", 2);
		this.ledger.deadLettered("k", 2);
		assertThat(this.ledger.reordered()).isZero();
		assertThat(this.ledger.disorder()).isEmpty();
		assertThat(this.ledger.duplicates()).isEqualTo(1);
	}

}
