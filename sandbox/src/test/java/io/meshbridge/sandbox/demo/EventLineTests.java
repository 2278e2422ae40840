package io.meshbridge.sandbox.demo;

import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class EventLineTests {

	private static final LocalTime TIME = LocalTime.of(9, 5, 7, 999);

	private final EventLine plain = new EventLine(false);

	private static Arrival event(String target, String id, byte[] data) {
		return new Arrival(target, Map.of("type", "order.placed", "id", id, "subject", "valve"), data);
	}

	private static Arrival event(String data) {
		return event("kafka:orders", "order-1", data.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void showsAnEventOnOneLine() {
		assertThat(this.plain.of(TIME, event("{\"order\":1}")))
			.isEqualTo("09:05:07  kafka:orders           order.placed        order-1     valve       {\"order\":1}");
	}

	@Test
	void alignsTheColumnsWithTheHeading() {
		String line = this.plain.of(TIME, event("{}"));
		String heading = this.plain.heading();
		assertThat(line.indexOf("kafka:")).isEqualTo(heading.indexOf("arrived at"));
		assertThat(line.indexOf("order.placed")).isEqualTo(heading.indexOf("type"));
		assertThat(line.indexOf("order-1")).isEqualTo(heading.indexOf("id"));
		assertThat(line.indexOf("valve")).isEqualTo(heading.indexOf("subject"));
		assertThat(line.indexOf("{}")).isEqualTo(heading.indexOf("data"));
	}

	@Test
	void cutsLongIdsAndLongData() {
		String id = "3818fc74-0000-4000-8000-000000000000";
		String line = this.plain.of(TIME, event("mqtt:x", id, "y".repeat(61).getBytes(StandardCharsets.UTF_8)));
		assertThat(line).contains("  3818fc74..  ").endsWith("  " + "y".repeat(58) + "..");
	}

	@Test
	void showsDataOfSixtyCharactersWhole() {
		assertThat(this.plain.of(TIME, event("é".repeat(60)))).endsWith("  " + "é".repeat(60));
	}

	@Test
	void doesNotCutACharacterInTwo() {
		assertThat(this.plain.of(TIME, event("😀".repeat(80)))).endsWith("  " + "😀".repeat(58) + "..");
	}

	@Test
	void marksAttributesAndDataThatAreNotThere() {
		assertThat(this.plain.of(TIME, Arrival.of("kafka:x", null, "ce_", Map.of(), null)))
			.isEqualTo("09:05:07  kafka:x                -                   -           -           -");
	}

	@Test
	void saysHowLongDataIsThatIsNoText() {
		assertThat(this.plain.of(TIME, event("kafka:x", "1", new byte[] { (byte) 0xff, 0, 1 })))
			.endsWith("  (3 bytes)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\033[2Jb", "a\nb", "a\rb", "a\u0085b", "a\u202Eb" })
	void letsNothingThroughThatATerminalWouldObey(String data) {
		String line = this.plain.of(TIME, event(data));
		assertThat(line).doesNotContain("\033", "\n", "\r", "\u0085", "\u202E").contains("  a ").endsWith("b");
	}

	@Test
	void coloursOnlyTheTargetAndOnlyWhenAsked() {
		String coloured = new EventLine(true).of(TIME, event("{}"));
		assertThat(coloured).contains("\033[36mkafka:orders");
		assertThat(coloured.replaceAll("\033\\[[0-9]+m", "")).isEqualTo(this.plain.of(TIME, event("{}")));
	}

}
