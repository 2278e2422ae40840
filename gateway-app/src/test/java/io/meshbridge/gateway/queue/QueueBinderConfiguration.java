package io.meshbridge.gateway.queue;

import org.springframework.cloud.stream.binder.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.MessageChannel;

/**
 * A binder that the gateway has no bridge for, as a third party would bring it. Not
 * annotated, else the scan of the gateway's own packages would find it, and Spring Cloud
 * Stream would take a binder in the application's context for every other.
 */
public class QueueBinderConfiguration {

	@Bean
	Binder<MessageChannel, ?, ?> queueBinder(Queues queues) {
		return new QueueBinder(queues);
	}

}
