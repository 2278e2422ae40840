package io.meshbridge.bridge.test;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import org.jspecify.annotations.Nullable;

/**
 * The awkward events. Every test that needs an event takes one of these.
 */
public final class SampleEvents {

	private static final String JSON = "application/json";

	private static final byte[] NOT_UTF_8 = { (byte) 0xc3, (byte) 0x28, 0, (byte) 0xff, (byte) 0xfe, 13, 10,
			(byte) 0x80 };

	private SampleEvents() {
	}

	/**
	 * All of them, each with its own id.
	 */
	public static List<SampleEvent> all() {
		return Stream.of(attributes(), data(), extensions()).flatMap(List::stream).toList();
	}

	/**
	 * Those with special context attributes.
	 */
	public static List<SampleEvent> attributes() {
		return List.of(sample("minimal", (event) -> event), sample("every attribute", SampleEvents::everyAttribute),
				new SampleEvent("old spec version", old("old-spec-version", JSON, "{\"old\":true}")),
				new SampleEvent("old spec version, binary data", oldBinary()),
				sample("unicode in attributes",
						(event) -> event.withSubject("Ger\u00e4t \u6e29\u5ea6 \ud83d\ude00 Euro \u20ac")
							.withType("com.example.\u00fcber")),
				sample("percent signs, quotes and blanks",
						(event) -> event.withSubject("100% \"of\" %41 %zz  two  blanks \\ 'single' ; , = : %")),
				sample("timestamp with offset and nanoseconds",
						(event) -> event.withTime(OffsetDateTime.parse("2026-02-28T23:59:59.123456789+05:30"))),
				sample("long values", (event) -> event.withSubject("s".repeat(2000))),
				sample("relative source", (event) -> event.withSource(URI.create("../plant?line=1#a"))),
				sample("urn source",
						(event) -> event.withSource(URI.create("urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"))));
	}

	private static CloudEventBuilder everyAttribute(CloudEventBuilder event) {
		return event.withSubject("line/1")
			.withTime(OffsetDateTime.parse("2026-11-21T08:15:30Z"))
			.withDataSchema(URI.create("https://schemas.example.com/reading/1?v=2"))
			.withData(JSON, bytes("{\"celsius\": 21.50}"));
	}

	/**
	 * Those with special data.
	 */
	public static List<SampleEvent> data() {
		return List.of(sample("no data", (event) -> event),
				sample("no data, content type", (event) -> contentType(event, JSON)),
				data("empty data", "application/octet-stream", new byte[0]),
				data("empty data, no content type", null, new byte[0]),
				data("bytes that are no UTF-8", "application/octet-stream", NOT_UTF_8),
				data("bytes that are no UTF-8, no content type", null, NOT_UTF_8),
				data("bytes that are no UTF-8 in text", "text/plain", NOT_UTF_8),
				data("bytes that are no JSON in JSON", JSON, bytes("{\"cut\":")),
				data("every byte", "image/png", everyByte()),
				data("JSON object", JSON, bytes("{ \"b\" : 1.0, \"a\" : [ 1e3, \"\\u00e9\" ],\n\"c\": null }")),
				data("JSON string", JSON, bytes("\"just \\\"text\\\"\"")), data("JSON number", JSON, bytes("0.10")),
				data("JSON null", JSON, bytes("null")), data("JSON boolean", JSON, bytes("false")),
				data("JSON in a string", JSON, bytes("\"{\\\"a\\\":1}\"")),
				data("JSON with a suffix type", "application/vnd.example.reading+json; charset=utf-8",
						bytes("{\"a\":\"\u00fc\ud83d\ude00\"}")),
				data("JSON without content type", null, bytes("{\"a\":1}")),
				data("XML", "application/xml", bytes("<?xml version=\"1.0\"?>\n<a b=\"&lt;\">\u00fc</a>")),
				data("text", "text/plain;charset=UTF-8", bytes("tab\tquote\" \u20ac \ud83d\ude00\r\nline\n")),
				data("Latin-1 text", "text/plain; charset=iso-8859-1",
						"\u00fcber".getBytes(StandardCharsets.ISO_8859_1)),
				data("64 KiB", "application/octet-stream", kibibytes(64)));
	}

	/**
	 * Those with special extensions.
	 */
	public static List<SampleEvent> extensions() {
		return List.of(sample("typed extensions", SampleEvents::typedExtensions),
				sample("longest names",
						(event) -> event.withExtension("abcdefghijklmnopqrst", "20")
							.withExtension("abcdefghijklmnopqrstu", "21")
							.withExtension("a".repeat(64), "64")
							.withExtension("z", "1")),
				sample("digits in names", (event) -> event.withExtension("9lives", "a").withExtension("a1b2", "b")),
				sample("extension values that look like others",
						(event) -> event.withExtension("looksint", "007")
							.withExtension("looksbool", "TRUE")
							.withExtension("lookstime", "2026-11-21")
							.withExtension("looksnull", "null")),
				sample("unicode in extensions",
						(event) -> event.withExtension("place", "Z\u00fcrich \ud83d\ude00 \u6e29")
							.withExtension("quoted", "\"all\" of it")
							.withExtension("percent", "%20 % 100%")),
				sample("partition key", (event) -> event.withExtension("partitionkey", "line-1")),
				sample("distributed tracing",
						(event) -> event
							.withExtension("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
							.withExtension("tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")),
				sample("known extensions",
						(event) -> event.withExtension("sequence", "0000000000000042")
							.withExtension("dataref", URI.create("https://store.example.com/claims/1"))
							.withExtension("expirytime", OffsetDateTime.parse("2999-12-31T23:59:59Z"))
							.withExtension("correlationid", "c-1")));
	}

	private static CloudEventBuilder typedExtensions(CloudEventBuilder event) {
		return event.withExtension("text", "a")
			.withExtension("number", 42)
			.withExtension("smallest", Integer.MIN_VALUE)
			.withExtension("yes", true)
			.withExtension("no", false)
			.withExtension("time1", OffsetDateTime.parse("2026-11-21T08:15:30.5Z"))
			.withExtension("link", URI.create("https://example.com/a%20b?c=d"))
			.withExtension("binary", new byte[] { 0, 1, (byte) 0xff });
	}

	/**
	 * An ordinary event with an id of its own.
	 * @param data as {@code text/plain}
	 */
	public static CloudEvent text(String data) {
		return data(data, "text/plain", bytes(data)).event();
	}

	/**
	 * An event with random data.
	 */
	public static CloudEvent ofSize(int dataBytes) {
		byte[] data = new byte[dataBytes];
		new Random(dataBytes).nextBytes(data);
		return data(dataBytes + " bytes", "application/octet-stream", data).event();
	}

	private static SampleEvent data(String name, @Nullable String contentType, byte[] data) {
		return sample(name, (event) -> contentType(event, contentType).withData(BytesCloudEventData.wrap(data)));
	}

	private static CloudEventBuilder contentType(CloudEventBuilder event, @Nullable String contentType) {
		return (contentType == null) ? event : event.withDataContentType(contentType);
	}

	private static SampleEvent sample(String name, UnaryOperator<CloudEventBuilder> custom) {
		CloudEventBuilder event = CloudEventBuilder.v1()
			.withId(UUID.randomUUID().toString())
			.withSource(URI.create("https://plant.example.com/line/1"))
			.withType("com.example.reading");
		return new SampleEvent(name, custom.apply(event).build());
	}

	private static CloudEvent old(String id, String contentType, String data) {
		return CloudEventBuilder.v03()
			.withId(id + "-" + UUID.randomUUID())
			.withSource(URI.create("/plant"))
			.withType("com.example.old")
			.withDataSchema(URI.create("https://schemas.example.com/old"))
			.withExtension("kept", "yes")
			.withData(contentType, bytes(data))
			.build();
	}

	private static CloudEvent oldBinary() {
		return CloudEventBuilder.v03(old("old-binary", JSON, "{}"))
			.withData("application/octet-stream", NOT_UTF_8)
			.build();
	}

	private static byte[] everyByte() {
		byte[] data = new byte[256];
		for (int i = 0; i < data.length; i++) {
			data[i] = (byte) i;
		}
		return data;
	}

	private static byte[] kibibytes(int count) {
		byte[] data = new byte[count * 1024];
		new Random(count).nextBytes(data);
		return data;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
