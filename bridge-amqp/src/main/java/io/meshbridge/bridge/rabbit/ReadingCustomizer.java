package io.meshbridge.bridge.rabbit;

import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.MessageListenerContainer;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;

/**
 * Sets up a listener container so that it goes on for as long as the binding is there.
 */
final class ReadingCustomizer implements ListenerContainerCustomizer<MessageListenerContainer> {

	private final String binderName;

	ReadingCustomizer(String binderName) {
		this.binderName = binderName;
	}

	@Override
	public void configure(MessageListenerContainer container, String destinationName, String group) {
		if (container instanceof AbstractMessageListenerContainer listening) {
			listening.setMessagePropertiesConverter(new ReceivedProperties.Converter());
			// The parts of a batch have one delivery tag between them, so the source
			// takes a batch apart itself.
			listening.setDeBatchingEnabled(false);
			listening.setRecoveryBackOff(new RecoveryBackOff());
			listening.setMissingQueuesFatal(false);
			// A password may be rotated, and the broker's user base may be down.
			listening.setPossibleAuthenticationFailureFatal(false);
			// What was prefetched goes back to the queue instead of to a gateway that
			// no longer takes it.
			listening.setForceStop(true);
			listening.setApplicationEventPublisher(new ReadingLog(this.binderName, destinationName));
		}
	}

}
