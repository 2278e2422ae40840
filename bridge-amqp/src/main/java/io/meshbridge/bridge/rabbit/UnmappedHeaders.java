package io.meshbridge.bridge.rabbit;

import java.util.HashMap;
import java.util.Map;

import org.springframework.amqp.core.MessageProperties;
import org.springframework.cloud.stream.config.ConsumerEndpointCustomizer;
import org.springframework.integration.amqp.inbound.AmqpInboundChannelAdapter;
import org.springframework.integration.amqp.support.AmqpHeaderMapper;
import org.springframework.messaging.MessageHeaders;

/**
 * Keeps the adapter from copying every AMQP header into the Spring message: the message
 * holds the AMQP one as its source data, and that is what is read.
 */
final class UnmappedHeaders implements ConsumerEndpointCustomizer<AmqpInboundChannelAdapter>, AmqpHeaderMapper {

	@Override
	public void configure(AmqpInboundChannelAdapter endpoint, String destinationName, String group) {
		endpoint.setHeaderMapper(this);
	}

	@Override
	public Map<String, Object> toHeadersFromRequest(MessageProperties source) {
		// The adapter adds the channel, the delivery tag and the AMQP message.
		return new HashMap<>(8);
	}

	@Override
	public Map<String, Object> toHeadersFromReply(MessageProperties source) {
		return new HashMap<>();
	}

	@Override
	public void fromHeadersToRequest(MessageHeaders headers, MessageProperties target) {
	}

	@Override
	public void fromHeadersToReply(MessageHeaders headers, MessageProperties target) {
	}

}
