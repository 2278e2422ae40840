package io.meshbridge.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EventSeriesTests {

	private final EventSeries series = new EventSeries("abcd1234", 64, true);

	@Test
	void tellsEachEventFromItsData() {
		for (long number : new long[] { 0, 1, 63, 64, 100_000, 9_999_999 }) {
			assertThat(this.series.position(this.series.data(number)))
				.isEqualTo(new EventSeries.Position((int) (number % 64), number / 64));
		}
	}

	@Test
	void dataIsJsonOfOneKibibyte() {
		String data = new String(this.series.data(129), StandardCharsets.US_ASCII);
		assertThat(data).hasSize(1024)
			.startsWith("{\"series\":\"abcd1234\",\"key\":\"k0001\",\"sequence\":\"0000000002\",\"padding\":\"xxx")
			.endsWith("xxx\"}");
	}

	@Test
	void dataOfOthersIsForeign() {
		byte[] damaged = this.series.data(5);
		damaged["{\"series\":\"abcd1234\",\"key\":\"k0".length()] = 'x';
		assertThat(this.series.position(new EventSeries("abcd1235", 64, true).data(5))).isNull();
		assertThat(this.series.position(new byte[0])).isNull();
		assertThat(this.series.position(new byte[1024])).isNull();
		assertThat(this.series.position(damaged)).isNull();
	}

	@Test
	void keyOfAnEventIsItsPartitionKey() {
		Map<String, String> attributes = new LinkedHashMap<>();
		this.series.attributes(65, attributes::put);
		assertThat(attributes).containsEntry("specversion", "1.0")
			.containsEntry("id", "abcd1234-65")
			.containsEntry("partitionkey", "k0001");
		assertThat(this.series.key(65)).isEqualTo("k0001");
	}

	@Test
	void plainMessagesHaveNoAttributes() {
		Map<String, String> attributes = new LinkedHashMap<>();
		new EventSeries("abcd1234", 64, false).attributes(65, attributes::put);
		assertThat(attributes).isEmpty();
	}

	@Test
	void nameThatDoesNotFitIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new EventSeries("short", 64, true))
			.withMessageContaining("'short'")
			.withMessageContaining("8 characters");
	}

	@Test
	void eachEventBelongsToOneSender() {
		EventSeries odd = new EventSeries("abcd1234", 10, true);
		for (int senders : new int[] { 1, 3, 10 }) {
			List<Long> sent = new ArrayList<>();
			for (int sender = 0; sender < senders; sender++) {
				Set<Integer> keys = new HashSet<>();
				for (long number = odd.next(24, sender, senders); number < 1000; number = odd.next(number, sender,
						senders)) {
					sent.add(number);
					keys.add((int) (number % 10));
				}
				int rest = sender;
				assertThat(keys).allMatch((key) -> key % senders == rest);
			}
			assertThat(sent).hasSize(975).doesNotHaveDuplicates();
		}
	}

	@Test
	void dataIsAsLargeAsAskedFor() {
		EventSeries large = new EventSeries("abcd1234", 64, true, 1_048_576);
		assertThat(large.data(129)).hasSize(1_048_576);
		assertThat(large.position(large.data(129))).isEqualTo(new EventSeries.Position(1, 2));
	}

}
