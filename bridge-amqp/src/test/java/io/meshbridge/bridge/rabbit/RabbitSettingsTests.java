package io.meshbridge.bridge.rabbit;

import java.net.URI;
import java.util.Map;
import java.util.stream.LongStream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import org.junit.jupiter.api.Test;

import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.rabbit.properties.RabbitConsumerProperties;
import org.springframework.cloud.stream.binder.rabbit.properties.RabbitProducerProperties;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.backoff.BackOffExecution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RabbitSettingsTests {

	private final RabbitConsumerProperties consumer = new RabbitConsumerProperties();

	private final RabbitProducerProperties producer = new RabbitProducerProperties();

	private void configureSource(String bindingName, String destination, Map<String, Object> environment) {
		StandardEnvironment properties = new StandardEnvironment();
		properties.getPropertySources().addFirst(new MapPropertySource("test", environment));
		new RabbitSource(new SourceSpec(bindingName, "rabbit", destination, "g", 300), 1000, properties,
				new EventHeaders("ce-"), Runnable::run, null)
			.configure(new ExtendedConsumerProperties<>(this.consumer));
	}

	private ProducerSettings settings(String destination) {
		return ProducerSettings.of(new TargetSpec("out", "rabbit", destination),
				new ExtendedProducerProperties<>(this.producer));
	}

	private static CloudEvent event() {
		return CloudEventBuilder.v1().withId("1").withSource(URI.create("/s")).withType("t").build();
	}

	@Test
	void sourceIsAcknowledgedByHandAndLosesNothing() {
		configureSource("rabbit:orders@g", "orders", Map.of());
		assertThat(this.consumer.getAcknowledgeMode()).isEqualTo(AcknowledgeMode.MANUAL);
		assertThat(this.consumer.isRequeueRejected()).isTrue();
		assertThat(this.consumer.isRepublishToDlq()).isFalse();
		assertThat(this.consumer.getPrefetch()).isEqualTo(300);
	}

	@Test
	void prefetchOfTheUserWins() {
		this.consumer.setPrefetch(1);
		configureSource("in", "orders", Map.of("spring.cloud.stream.rabbit.bindings.in.consumer.prefetch", "1"));
		assertThat(this.consumer.getPrefetch()).isEqualTo(1);
		configureSource("rabbit:orders", "orders",
				Map.of("spring.cloud.stream.rabbit.bindings[rabbit:orders].consumer.prefetch", "1"));
		assertThat(this.consumer.getPrefetch()).isEqualTo(1);
		configureSource("in", "orders", Map.of("spring.cloud.stream.rabbit.default.consumer.prefetch", "1"));
		assertThat(this.consumer.getPrefetch()).isEqualTo(1);
	}

	@Test
	void predeclaredExchangeIsNotDeclared() {
		configureSource("in", "amq.topic", Map.of());
		assertThat(this.consumer.isDeclareExchange()).isFalse();
		assertThat(settings("amq.topic").exchange()).isEqualTo("amq.topic");
		assertThat(settings("amq.default").exchange()).isEmpty();
		assertThat(this.producer.isDeclareExchange()).isFalse();
	}

	@Test
	void streamContainerIsRefused() {
		this.consumer.setContainerType(RabbitConsumerProperties.ContainerType.STREAM);
		assertThatIllegalArgumentException().isThrownBy(() -> configureSource("in", "orders", Map.of()))
			.withMessageContaining("in: container-type 'stream'");
	}

	@Test
	void propertyThatCannotWorkIsRefused() {
		this.producer.setTransacted(true);
		assertThatIllegalArgumentException().isThrownBy(() -> settings("orders"))
			.withMessageContaining("spring.cloud.stream.rabbit.bindings.out.producer.transacted");
	}

	@Test
	void routingKeyIsTheDestinationUnlessSaid() throws Exception {
		this.producer.setPrefix("pre.");
		assertThat(settings("orders").exchange()).isEqualTo("pre.orders");
		assertThat(settings("orders").routingKey(event())).isEqualTo("orders");
		this.producer.setRoutingKey("fixed");
		assertThat(settings("orders").routingKey(event())).isEqualTo("fixed");
		this.producer
			.setRoutingKeyExpression(new SpelExpressionParser().parseExpression("headers['cloudEvents_type'] + '.x'"));
		assertThat(settings("orders").routingKey(event())).isEqualTo("t.x");
	}

	@Test
	void routingKeyThatAnEventDoesNotGiveIsAPermanentFailure() {
		this.producer
			.setRoutingKeyExpression(new SpelExpressionParser().parseExpression("headers['cloudEvents_subject']"));
		assertThatExceptionOfType(SendException.class).isThrownBy(() -> settings("orders").routingKey(event()))
			.withMessageContaining("cloudEvents_subject")
			.satisfies((failure) -> assertThat(failure.permanent()).isTrue());
	}

	@Test
	void recoveryWaitsLongerEachTimeUpToTenSeconds() {
		BackOffExecution execution = new RecoveryBackOff().start();
		assertThat(LongStream.range(0, 7).map((attempt) -> execution.nextBackOff())).containsExactly(500L, 1000L, 2000L,
				4000L, 8000L, 10_000L, 10_000L);
	}

}
