package io.meshbridge.broker.channel;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.stream.binder.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The beans of the binder, in a context of its own.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(Binder.class)
public class ChannelBinderConfiguration {

	@Bean
	ChannelMessageBinder channelMessageBinder() {
		return new ChannelMessageBinder();
	}

}
