package io.meshbridge.rules;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RouteTableTests {

	private final RouteTable table = RouteTable.of(Samples.compile("""
			routes:
			  - {id: a, from: kafka:x, to: kafka:out}
			  - {id: b, from: rabbit:x, to: kafka:out}
			  - {id: c, from: kafka:x, to: kafka:out, group: other}
			  - {id: d, from: kafka:x, to: kafka:out}
			"""));

	@Test
	void aSourceIsReadOncePerGroup() {
		assertThat(this.table.sources()).extracting((source) -> source.from() + " " + source.group())
			.containsExactly("kafka:x meshbridge", "rabbit:x meshbridge", "kafka:x other");
	}

	@Test
	void findsTheRoutesOfASource() {
		SourceKey source = new SourceKey(new Endpoint.AtBinder("kafka", "x"), "meshbridge");
		assertThat(this.table.routesFrom(source)).extracting(Route::id).containsExactly("a", "d");
		assertThat(this.table.routesFrom(new SourceKey(source.from(), "nobody"))).isEmpty();
		assertThat(this.table.routes()).extracting(Route::id).containsExactly("a", "b", "c", "d");
	}

	@Test
	void doesNotChange() {
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> this.table.sources().clear());
		assertThat(RouteTable.of(List.of()).sources()).isEmpty();
	}

}
