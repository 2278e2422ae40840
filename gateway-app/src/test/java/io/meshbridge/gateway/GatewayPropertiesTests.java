package io.meshbridge.gateway;

import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class GatewayPropertiesTests {

	private static final long MB = 1024 * 1024;

	@Test
	void whatIsInFlightFitsIntoTheHeap() {
		long heap = Runtime.getRuntime().maxMemory();
		assertThat(bind(Map.of()).maxInFlight().bytes().toBytes()).isEqualTo(Math.min(64 * MB, heap / 8));
		assertThat(bind(Map.of("meshbridge.max-in-flight.bytes", "100MB")).maxInFlight().bytes().toBytes())
			.isEqualTo(100 * MB);
	}

	@Test
	void refusesLimitsThatMakeNoSense() {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind(Map.of("meshbridge.max-in-flight.events", "0")))
			.withStackTraceContaining("meshbridge.max-in-flight.events is 0, expected at least 1");
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind(Map.of("meshbridge.max-in-flight.bytes", "-1B")))
			.withStackTraceContaining("meshbridge.max-in-flight.bytes is -1B, expected 0 or more");
	}

	private static GatewayProperties bind(Map<String, String> settings) {
		return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate("meshbridge",
				GatewayProperties.class);
	}

}
