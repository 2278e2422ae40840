package io.meshbridge.bench.steps;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.PlainMessage;
import org.jspecify.annotations.Nullable;

/**
 * The event of all benchmarks: seven attributes, and JSON data of 1 KiB.
 */
final class SampleEvent {

	static final CloudEvent EVENT = CloudEventBuilder.v1()
		.withId("reading-4711")
		.withSource(URI.create("/plant/1"))
		.withType("com.example.reading")
		.withSubject("line/7/temperature")
		.withTime(OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC))
		.withExtension("partitionkey", "line-7")
		.withData("application/json",
				("{\"reading\":{\"value\":21.5,\"unit\":\"C\"},\"pad\":\"" + "x".repeat(974) + "\"}")
					.getBytes(StandardCharsets.UTF_8))
		.build();

	/** Nobody asks it. */
	static final PlainMessage PLAIN = new PlainMessage() {

		@Override
		public String id() {
			return "1";
		}

		@Override
		public String source() {
			return "/bench";
		}

		@Override
		public @Nullable String subject() {
			return null;
		}

		@Override
		public @Nullable String contentType() {
			return null;
		}

		@Override
		public byte @Nullable [] data() {
			return null;
		}

		@Override
		public @Nullable String property(String name) {
			return null;
		}

		@Override
		public Map<String, String> headers() {
			return Map.of();
		}

	};

	private SampleEvent() {
	}

}
