package io.meshbridge.sandbox.demo;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ArrivalTests {

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Test
	void takesTheAttributesFromHeadersWithThePrefix() {
		Arrival arrival = Arrival.of("kafka:x", "application/json", "ce_", Map.of("ce_id", "1", "other", "2"),
				utf8("{}"));
		assertThat(arrival.attributes()).isEqualTo(Map.of("id", "1"));
		assertThat(arrival.dataText()).isEqualTo("{}");
	}

	@Test
	void readsAStructuredEvent() {
		Arrival arrival = Arrival.of("mqtt:x", "application/cloudevents+json; charset=utf-8", "",
				Map.of("ignored", "1"), utf8("{\"specversion\":\"1.0\",\"id\":\"7\",\"type\":\"t\",\"data\":\"hot\"}"));
		assertThat(arrival.attribute("id")).isEqualTo("7");
		assertThat(arrival.attribute("type")).isEqualTo("t");
		assertThat(arrival.attribute("ignored")).isEqualTo("-");
		assertThat(arrival.dataText()).isEqualTo("hot");
	}

	@Test
	void showsABrokenStructuredEventAsItIs() {
		Arrival arrival = Arrival.of("mqtt:x", "application/cloudevents+json", "", Map.of(), utf8("{\"id\":"));
		assertThat(arrival.attribute("id")).isEqualTo("-");
		assertThat(arrival.dataText()).isEqualTo("{\"id\":");
	}

}
