package io.meshbridge.gateway.queue;

import org.springframework.cloud.stream.binder.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.MessageChannel;

/**
 * A binder that the gateway has no bridge for, as a third party would bring it.
 */
@Configuration(proxyBeanMethods = false)
public class QueueBinderConfiguration {

	@Bean
	Binder<MessageChannel, ?, ?> queueBinder(Queues queues) {
		return new QueueBinder(queues);
	}

}
