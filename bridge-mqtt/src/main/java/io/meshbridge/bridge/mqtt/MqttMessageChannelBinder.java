package io.meshbridge.bridge.mqtt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.cloud.stream.binder.AbstractMessageChannelBinder;
import org.springframework.cloud.stream.binder.BinderSpecificPropertiesProvider;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.ExtendedPropertiesBinder;
import org.springframework.cloud.stream.provisioning.ConsumerDestination;
import org.springframework.cloud.stream.provisioning.ProducerDestination;
import org.springframework.cloud.stream.provisioning.ProvisioningException;
import org.springframework.integration.core.MessageProducer;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.util.StringUtils;

/**
 * Spring Cloud Stream binder for MQTT 5 and 3.1.1. A destination is a topic, or for a
 * consumer a list of topic filters with commas between. A consumer with a group has a
 * session at the broker that outlives the process; one without loses what comes while it
 * is away.
 */
public final class MqttMessageChannelBinder extends
		AbstractMessageChannelBinder<ExtendedConsumerProperties<MqttConsumerProperties>, ExtendedProducerProperties<MqttProducerProperties>, MqttProvisioner>
		implements ExtendedPropertiesBinder<MessageChannel, MqttConsumerProperties, MqttProducerProperties> {

	private final MqttBroker broker;

	private final MqttExtendedBindingProperties bindingProperties;

	MqttMessageChannelBinder(MqttBroker broker, MqttExtendedBindingProperties bindingProperties) {
		super(null, new MqttProvisioner());
		this.broker = broker;
		this.bindingProperties = bindingProperties;
	}

	/**
	 * The broker this binder connects to.
	 */
	MqttBroker broker() {
		return this.broker;
	}

	@Override
	protected MessageProducer createConsumerEndpoint(ConsumerDestination destination, @Nullable String group,
			ExtendedConsumerProperties<MqttConsumerProperties> properties) {
		MqttConsumerProperties mqtt = properties.getExtension();
		List<String> filters = Arrays.asList(StringUtils.commaDelimitedListToStringArray(destination.getName()));
		String session = null;
		if (StringUtils.hasText(group)) {
			session = sessionName(group, destination.getName());
			if (shared(mqtt)) {
				filters = shared(group, filters);
			}
		}
		MqttInbound inbound = new MqttInbound(this.broker, session, filters, mqtt.getQos(), mqtt.getReceiveMaximum());
		inbound.setComponentName(properties.getBindingName());
		inbound.setBeanName(properties.getBindingName());
		inbound.setBeanFactory(getApplicationContext().getBeanFactory());
		inbound.setApplicationContext(getApplicationContext());
		return inbound;
	}

	private boolean shared(MqttConsumerProperties mqtt) {
		return Objects.requireNonNullElse(mqtt.getShared(), this.broker.version() == MqttVersion.V5);
	}

	private static List<String> shared(String group, List<String> filters) {
		String problem = Topics.problemWithGroup(group);
		if (problem != null) {
			throw new ProvisioningException(problem);
		}
		return filters.stream().map((filter) -> Topics.SHARE + group + "/" + filter).toList();
	}

	/**
	 * A session keeps its subscriptions, so what is subscribed is part of its name: else
	 * a changed route would get the old topics too.
	 */
	private static String sessionName(String group, String destination) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256")
				.digest((group + "\n" + destination).getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash, 0, 6);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

	@Override
	protected MessageHandler createProducerMessageHandler(ProducerDestination destination,
			ExtendedProducerProperties<MqttProducerProperties> properties, @Nullable MessageChannel errorChannel) {
		MqttOutbound outbound = new MqttOutbound(this.broker.publisher(), destination.getName(),
				properties.getExtension());
		outbound.setBeanFactory(getApplicationContext().getBeanFactory());
		outbound.setApplicationContext(getApplicationContext());
		return outbound;
	}

	@Override
	public MqttConsumerProperties getExtendedConsumerProperties(String bindingName) {
		// A copy: the bridge lowers the receive maximum in it.
		MqttConsumerProperties copy = new MqttConsumerProperties();
		BeanUtils.copyProperties(this.bindingProperties.getExtendedConsumerProperties(bindingName), copy);
		return copy;
	}

	@Override
	public MqttProducerProperties getExtendedProducerProperties(String bindingName) {
		return this.bindingProperties.getExtendedProducerProperties(bindingName);
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
