package io.meshbridge.broker.channel;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.channel.ChannelStore;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/**
 * Keeps channels in the embedded broker where it runs.
 */
@AutoConfiguration(afterName = "io.meshbridge.broker.EmbeddedBrokerAutoConfiguration")
@ConditionalOnBean(EmbeddedJournal.class)
public class ChannelAutoConfiguration {

	@Bean
	ChannelStore embeddedChannels(EmbeddedJournal journal) {
		return new EmbeddedChannels(journal);
	}

	@Bean
	Bridge embeddedChannelBridge(EmbeddedJournal journal) {
		return new EmbeddedChannelBridge(journal);
	}

}
