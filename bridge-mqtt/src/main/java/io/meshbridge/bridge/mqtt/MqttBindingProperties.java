package io.meshbridge.bridge.mqtt;

import org.springframework.cloud.stream.binder.BinderSpecificPropertiesProvider;

/**
 * What is special to MQTT in one binding.
 */
public class MqttBindingProperties implements BinderSpecificPropertiesProvider {

	/**
	 * For a source.
	 */
	private MqttConsumerProperties consumer = new MqttConsumerProperties();

	/**
	 * For a target.
	 */
	private MqttProducerProperties producer = new MqttProducerProperties();

	@Override
	public MqttConsumerProperties getConsumer() {
		return this.consumer;
	}

	public void setConsumer(MqttConsumerProperties consumer) {
		this.consumer = consumer;
	}

	@Override
	public MqttProducerProperties getProducer() {
		return this.producer;
	}

	public void setProducer(MqttProducerProperties producer) {
		this.producer = producer;
	}

}
