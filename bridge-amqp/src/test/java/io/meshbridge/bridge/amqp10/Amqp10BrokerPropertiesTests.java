package io.meshbridge.bridge.amqp10;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class Amqp10BrokerPropertiesTests {

	private static Amqp10BrokerProperties bind(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("meshbridge.amqp10",
				Amqp10BrokerProperties.class);
	}

	@Test
	void takesSeveralAddressesWithDefaultPorts() {
		assertThat(
				bind(Map.of("meshbridge.amqp10.url", "amqp://user:secret@one, amqps://two,amqp://[::1]:7")).addresses())
			.extracting(BrokerAddress::toString)
			.containsExactly("amqp://one:5672", "amqps://two:5671", "amqp://[::1]:7");
	}

	@Test
	void neverLogsInAsNobodyWhenThereIsAUser() {
		assertThat(bind(Map.of()).mechanisms()).containsExactly("ANONYMOUS");
		assertThat(bind(Map.of("meshbridge.amqp10.username", "u")).mechanisms()).contains("PLAIN")
			.doesNotContain("ANONYMOUS");
		assertThat(bind(Map.of("meshbridge.amqp10.username", "u", "meshbridge.amqp10.token", "t")).mechanisms())
			.containsExactly("XOAUTH2");
		assertThat(bind(Map.of("meshbridge.amqp10.sasl", "EXTERNAL")).mechanisms()).containsExactly("EXTERNAL");
	}

	@Test
	void logsInToTheEmbeddedBrokerByItselfUnlessTheUserSaysHow() {
		Amqp10BrokerProperties own = bind(Map.of()).orUrl("amqp://127.0.0.1:5672", "gateway", "made-up");
		assertThat(own.username()).isEqualTo("gateway");
		assertThat(own.password()).isEqualTo("made-up");
		assertThat(own.mechanisms()).contains("PLAIN").doesNotContain("ANONYMOUS");
		assertThat(own.toString()).doesNotContain("made-up");
		assertThat(bind(Map.of("meshbridge.amqp10.username", "u")).orUrl("amqp://a", "gateway", "p").username())
			.isEqualTo("u");
		assertThat(bind(Map.of("meshbridge.amqp10.url", "amqp://b")).orUrl("amqp://a", "gateway", "p").username())
			.isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			url             | tcp://broker | the scheme 'tcp', expected amqp or amqps
			url             | amqp:broker  | has no host
			sasl            | PLANE        | is 'PLANE', expected PLAIN
			token           | t            | without a user name
			idle-timeout    | 0s           | expected 1 s to 65535 s
			max-in-flight   | 0            | expected 1 at least
			max-message-size| 0            | expected 1 byte at least
			""")
	void saysWhatIsWrong(String property, String value, String expected) {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind(Map.of("meshbridge.amqp10." + property, value)))
			.havingRootCause()
			.withMessageContaining(expected);
	}

	@Test
	void keepsSecretsOutOfItsText() {
		assertThat(bind(Map.of("meshbridge.amqp10.url", "amqp://u:secret@b", "meshbridge.amqp10.username", "u",
				"meshbridge.amqp10.password", "secret", "meshbridge.amqp10.token", "secret")))
			.asString()
			.doesNotContain("secret");
	}

}
