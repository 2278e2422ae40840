package io.meshbridge.bridge.amqp10;

import org.springframework.cloud.stream.binder.BinderSpecificPropertiesProvider;

/**
 * What is special to AMQP 1.0 in one binding.
 */
public class Amqp10BindingProperties implements BinderSpecificPropertiesProvider {

	/**
	 * For a source.
	 */
	private Amqp10ConsumerProperties consumer = new Amqp10ConsumerProperties();

	/**
	 * For a target.
	 */
	private Amqp10ProducerProperties producer = new Amqp10ProducerProperties();

	@Override
	public Amqp10ConsumerProperties getConsumer() {
		return this.consumer;
	}

	public void setConsumer(Amqp10ConsumerProperties consumer) {
		this.consumer = consumer;
	}

	@Override
	public Amqp10ProducerProperties getProducer() {
		return this.producer;
	}

	public void setProducer(Amqp10ProducerProperties producer) {
		this.producer = producer;
	}

}
