package io.meshbridge.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

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
			.startsWith("{\"series\":\"abcd1234\",\"key\":\"k001\",\"sequence\":\"0000000002\",\"padding\":\"xxx")
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
			.containsEntry("partitionkey", "k001");
		assertThat(this.series.key(65)).isEqualTo("k001");
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

}
