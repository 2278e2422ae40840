package io.meshbridge.bridge.kafka;

import java.time.Duration;

import org.springframework.cloud.stream.binder.DefaultBinderFactory;
import org.springframework.cloud.stream.binder.kafka.provisioning.KafkaTopicProvisioner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;

/**
 * Keeps an attempt to bind short when no broker answers: the gateway makes the next one,
 * and says so. On its own the binder asks for a topic's partitions eleven times within
 * one attempt, and each time the clients wait for their timeouts first. What is left is
 * for answers that change within moments, such as that of a broker that made a topic and
 * does not lead it yet.
 */
final class ShortBinding implements DefaultBinderFactory.Listener {

	/** An answer that took longer was none. */
	private static final Duration LONGEST = Duration.ofSeconds(3);

	@Override
	public void afterBinderContextInitialized(String configurationName, ConfigurableApplicationContext binderContext) {
		binderContext.getBeanProvider(KafkaTopicProvisioner.class)
			.ifAvailable((provisioner) -> provisioner.setMetadataRetryOperations(new RetryTemplate(RetryPolicy.builder()
				.maxRetries(10)
				.delay(Duration.ofMillis(100))
				.multiplier(2)
				.maxDelay(Duration.ofSeconds(1))
				.timeout(LONGEST)
				.build())));
	}

}
