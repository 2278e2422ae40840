package io.meshbridge.bridge.rabbit;

import java.util.ArrayList;
import java.util.List;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OutstandingTests {

	private final Outstanding outstanding = new Outstanding();

	private final List<Publication> added = new ArrayList<>();

	private void add(int count) {
		for (int i = 0; i < count; i++) {
			Publication publication = new Publication("key", new BasicProperties(), new byte[] { (byte) i }, null, 0);
			this.added.add(publication);
			assertThat(this.outstanding.add(publication)).isTrue();
		}
	}

	@Test
	void takesUpToATagInOrder() {
		add(5);
		assertThat(this.outstanding.take(3, true)).isEqualTo(this.added.subList(0, 3));
		assertThat(this.outstanding.list()).isEqualTo(this.added.subList(3, 5));
	}

	@Test
	void takesSingleOnesInAnyOrder() {
		add(4);
		assertThat(this.outstanding.take(3, false)).containsExactly(this.added.get(2));
		assertThat(this.outstanding.take(3, false)).isEmpty();
		assertThat(this.outstanding.take(4, true)).containsExactly(this.added.get(0), this.added.get(1),
				this.added.get(3));
		assertThat(this.outstanding.take(2, false)).isEmpty();
		assertThat(this.outstanding.take(9, true)).isEmpty();
	}

	@Test
	void holdsMoreThanItHeldAtFirst() {
		add(200);
		this.outstanding.take(150, true);
		add(900);
		assertThat(this.outstanding.list()).isEqualTo(this.added.subList(150, 1100));
		assertThat(this.outstanding.take(1100, true)).hasSize(950);
	}

	@Test
	void oneThatWasNotSentGivesItsNumberBack() {
		add(2);
		this.outstanding.removeLast();
		add(1);
		assertThat(this.outstanding.take(2, true)).containsExactly(this.added.get(0), this.added.get(2));
	}

	@Test
	void takesNoMoreWhenClosed() {
		add(3);
		assertThat(this.outstanding.close()).isEqualTo(this.added);
		assertThat(this.outstanding.add(this.added.get(0))).isFalse();
		assertThat(this.outstanding.take(3, true)).isEmpty();
	}

}
