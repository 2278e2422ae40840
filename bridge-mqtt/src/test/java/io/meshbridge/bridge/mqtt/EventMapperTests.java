package io.meshbridge.bridge.mqtt;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.test.SampleEvent;
import io.meshbridge.bridge.test.SampleEvents;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.meshbridge.bridge.test.EventAssert.assertThatEvent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Events in packets and back.
 */
class EventMapperTests {

	private static final MqttConsumerProperties.Payload AUTO = MqttConsumerProperties.Payload.AUTO;

	private final MqttProducerProperties properties = new MqttProducerProperties();

	static Stream<SampleEvent> samples() {
		return SampleEvents.all().stream();
	}

	@ParameterizedTest
	@MethodSource("samples")
	void bringsBackEverySample(SampleEvent sample) throws Exception {
		CloudEvent event = sample.event();
		for (ContentMode mode : ContentMode.values()) {
			assertThatEvent(read(write(event, mode, MqttVersion.V5))).isSameEventAs(event);
			assertThatEvent(read(write(event, mode, MqttVersion.V3))).isSameEventAs(event);
		}
	}

	private Packet write(CloudEvent event, ContentMode mode, MqttVersion version) throws SendException {
		return EventMapper.write(event, mode, version, "a/b", this.properties);
	}

	private static @Nullable CloudEvent read(Packet packet) throws UnreadableMessageException {
		return EventMapper.read(packet, AUTO);
	}

	@Test
	void writesAttributesAsUserPropertiesWithoutPrefix() throws Exception {
		CloudEvent event = CloudEventBuilder.v1()
			.withId("1")
			.withSource(URI.create("/s"))
			.withType("t")
			.withExtension("number", 7)
			.withData("text/plain", bytes("x"))
			.build();
		Packet packet = write(event, ContentMode.BINARY, MqttVersion.V5);
		assertThat(packet.contentType()).isEqualTo("text/plain");
		assertThat(packet.userProperties()).containsExactly(entry("specversion", "1.0"), entry("id", "1"),
				entry("source", "/s"), entry("type", "t"), entry("number", "7"));
		assertThat(packet.payload()).isEqualTo(bytes("x"));
	}

	@Test
	void takesTheFirstOfRepeatedUserProperties() throws Exception {
		CloudEvent event = read(packet(null, "x", entry("specversion", "1.0"), entry("id", "1"), entry("source", "/s"),
				entry("type", "t"), entry("traceparent", "start"), entry("traceparent", "hop")));
		assertThat(event).isNotNull().extracting((found) -> found.getExtension("traceparent")).isEqualTo("start");
	}

	@Test
	void leavesUserPropertiesAloneThatCanBeNoAttributes() throws Exception {
		CloudEvent event = read(packet(null, "x", entry("specversion", "1.0"), entry("id", "1"), entry("source", "/s"),
				entry("type", "t"), entry("X-Device", "7"), entry("data", "no")));
		assertThat(event).isNotNull().satisfies((found) -> assertThat(found.getExtensionNames()).isEmpty());
	}

	@Test
	void readsDatacontenttypeAsUserPropertyButContentTypeWins() throws Exception {
		List<Packet.Entry> entries = new ArrayList<>(List.of(entry("specversion", "1.0"), entry("id", "1"),
				entry("source", "/s"), entry("type", "t"), entry("datacontenttype", "text/csv")));
		Packet.Entry[] all = entries.toArray(Packet.Entry[]::new);
		assertThat(read(packet(null, "x", all))).isNotNull()
			.extracting(CloudEvent::getDataContentType)
			.isEqualTo("text/csv");
		assertThat(read(packet("text/plain", "x", all))).isNotNull()
			.extracting(CloudEvent::getDataContentType)
			.isEqualTo("text/plain");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "21.5", "{}", "{\"a\":1}", "[{\"specversion\":\"1.0\"}]",
			"{\"a\":{\"specversion\":1}}", "{broken", "{\"a\":\"specversion\"" })
	void takesOtherPayloadsForPlain(String payload) throws Exception {
		assertThat(read(packet(null, payload))).isNull();
		assertThat(read(packet("application/json", payload))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"specversion\":\"1.0\"}", " {\"id\":\"1\",\"specversion\":\"1.0\"" })
	void saysWhyAnEventCanNotBeRead(String payload) {
		assertThatExceptionOfType(UnreadableMessageException.class).isThrownBy(() -> read(packet(null, payload)));
	}

	@Test
	void obeysTheRuleForThePayload() throws Exception {
		String event = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}";
		assertThat(EventMapper.read(packet(null, event), MqttConsumerProperties.Payload.PLAIN)).isNull();
		assertThat(EventMapper.read(packet(null, event), MqttConsumerProperties.Payload.CLOUDEVENT)).isNotNull();
		assertThatExceptionOfType(UnreadableMessageException.class)
			.isThrownBy(() -> EventMapper.read(packet(null, "21.5"), MqttConsumerProperties.Payload.CLOUDEVENT));
	}

	@ParameterizedTest
	@EnumSource(ContentMode.class)
	void namesAnAttributeThatIsTooLong(ContentMode mode) throws Exception {
		CloudEvent event = CloudEventBuilder.v1(SampleEvents.text("x")).withSubject("\u20ac".repeat(30_000)).build();
		if (mode == ContentMode.STRUCTURED) {
			assertThatEvent(read(write(event, mode, MqttVersion.V5))).isSameEventAs(event);
			return;
		}
		assertThatExceptionOfType(SendException.class).isThrownBy(() -> write(event, mode, MqttVersion.V5))
			.withMessage("a/b: attribute 'subject' has 90,000 bytes, the limit of an MQTT string is 65,535 bytes")
			.satisfies((ex) -> assertThat(ex.permanent()).isTrue());
	}

	private static Packet packet(@Nullable String contentType, String payload, Packet.Entry... userProperties) {
		return new Packet("a/b", bytes(payload), contentType, false, List.of(userProperties), 1, false);
	}

	private static Packet.Entry entry(String name, String value) {
		return new Packet.Entry(name, value);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
