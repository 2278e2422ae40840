package io.meshbridge.gateway.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HandOverTests {

	private final HandOver handOver = new HandOver();

	private final List<String> handedOver = new ArrayList<>();

	@Test
	void eventsOfOneKeyKeepTheirOrderAndOthersFlow() {
		CompletableFuture<Void> slow = add("a", "a1");
		CompletableFuture<Void> quick = add("a", "a2");
		CompletableFuture<Void> other = add("b", "b1");
		CompletableFuture<Void> free = add(null, "none");
		quick.complete(null);
		other.complete(null);
		free.complete(null);
		assertThat(this.handedOver).containsExactly("b1", "none");
		slow.complete(null);
		assertThat(this.handedOver).containsExactly("b1", "none", "a1", "a2");
	}

	@Test
	void oneThatFailedMakesRoomToo() {
		CompletableFuture<Void> failing = add("a", "a1");
		add("a", "a2").complete(null);
		failing.completeExceptionally(new IllegalStateException("no"));
		assertThat(this.handedOver).containsExactly("a1", "a2");
	}

	@Test
	void aLongLineIsHandedOverWithoutDeepCalls() {
		CompletableFuture<Void> first = add("a", "first");
		for (int i = 0; i < 100_000; i++) {
			add("a", "next").complete(null);
		}
		first.complete(null);
		assertThat(this.handedOver).hasSize(100_001);
	}

	private CompletableFuture<Void> add(@Nullable String key, String name) {
		CompletableFuture<Void> ready = new CompletableFuture<>();
		this.handOver.inTurn(key, ready, () -> this.handedOver.add(name));
		return ready;
	}

}
