package io.meshbridge.bridge.amqp10;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.cloud.stream.binder.AbstractMessageChannelBinder;
import org.springframework.cloud.stream.binder.BinderSpecificPropertiesProvider;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.ExtendedPropertiesBinder;
import org.springframework.cloud.stream.provisioning.ConsumerDestination;
import org.springframework.cloud.stream.provisioning.ProducerDestination;
import org.springframework.integration.core.MessageProducer;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.util.StringUtils;

/**
 * Spring Cloud Stream binder for AMQP 1.0. A destination is an address as the broker
 * knows it: a queue, whose receivers share its messages, or a topic, on which each group
 * has a subscription.
 */
public final class Amqp10MessageChannelBinder extends
		AbstractMessageChannelBinder<ExtendedConsumerProperties<Amqp10ConsumerProperties>, ExtendedProducerProperties<Amqp10ProducerProperties>, Amqp10Provisioner>
		implements ExtendedPropertiesBinder<MessageChannel, Amqp10ConsumerProperties, Amqp10ProducerProperties> {

	private final Amqp10Broker broker;

	private final Amqp10ExtendedBindingProperties bindingProperties;

	Amqp10MessageChannelBinder(Amqp10Broker broker, Amqp10ExtendedBindingProperties bindingProperties) {
		super(null, new Amqp10Provisioner());
		this.broker = broker;
		this.bindingProperties = bindingProperties;
	}

	@Override
	protected MessageProducer createConsumerEndpoint(ConsumerDestination destination, @Nullable String group,
			ExtendedConsumerProperties<Amqp10ConsumerProperties> properties) {
		Amqp10Inbound inbound = new Amqp10Inbound(this.broker, destination.getName(),
				StringUtils.hasText(group) ? group : null, properties.getExtension());
		inbound.setComponentName(properties.getBindingName());
		inbound.setBeanName(properties.getBindingName());
		inbound.setBeanFactory(getApplicationContext().getBeanFactory());
		inbound.setApplicationContext(getApplicationContext());
		return inbound;
	}

	@Override
	protected MessageHandler createProducerMessageHandler(ProducerDestination destination,
			ExtendedProducerProperties<Amqp10ProducerProperties> properties, @Nullable MessageChannel errorChannel) {
		Amqp10Outbound outbound = new Amqp10Outbound(new Publisher(this.broker, destination.getName(),
				properties.getExtension(), List.of(properties.getRequiredGroups())), destination.getName(),
				properties.getExtension());
		outbound.setBeanFactory(getApplicationContext().getBeanFactory());
		outbound.setApplicationContext(getApplicationContext());
		return outbound;
	}

	@Override
	public Amqp10ConsumerProperties getExtendedConsumerProperties(String bindingName) {
		// A copy: the bridge lowers the credit in it.
		Amqp10ConsumerProperties copy = new Amqp10ConsumerProperties();
		BeanUtils.copyProperties(this.bindingProperties.getExtendedConsumerProperties(bindingName), copy);
		return copy;
	}

	@Override
	public Amqp10ProducerProperties getExtendedProducerProperties(String bindingName) {
		// A copy: the bridge says what a channel is.
		Amqp10ProducerProperties copy = new Amqp10ProducerProperties();
		BeanUtils.copyProperties(this.bindingProperties.getExtendedProducerProperties(bindingName), copy);
		return copy;
	}

	@Override
	public String getDefaultsPrefix() {
		return this.bindingProperties.getDefaultsPrefix();
	}

	@Override
	public Class<? extends BinderSpecificPropertiesProvider> getExtendedPropertiesEntryClass() {
		return this.bindingProperties.getExtendedPropertiesEntryClass();
	}

}
