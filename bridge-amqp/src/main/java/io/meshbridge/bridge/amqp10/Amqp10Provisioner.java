package io.meshbridge.bridge.amqp10;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.provisioning.ConsumerDestination;
import org.springframework.cloud.stream.provisioning.ProducerDestination;
import org.springframework.cloud.stream.provisioning.ProvisioningException;
import org.springframework.cloud.stream.provisioning.ProvisioningProvider;

/**
 * Looks at names only: AMQP 1.0 has no way to make an address but to attach to it.
 */
final class Amqp10Provisioner implements
		ProvisioningProvider<ExtendedConsumerProperties<Amqp10ConsumerProperties>, ExtendedProducerProperties<Amqp10ProducerProperties>> {

	@Override
	public ProducerDestination provisionProducerDestination(String name,
			ExtendedProducerProperties<Amqp10ProducerProperties> properties) {
		return address(name);
	}

	@Override
	public ConsumerDestination provisionConsumerDestination(String name, @Nullable String group,
			ExtendedConsumerProperties<Amqp10ConsumerProperties> properties) {
		return address(name);
	}

	private static Address address(String name) {
		if (name.isBlank()) {
			throw new ProvisioningException("the AMQP address is empty, expected for example 'orders'");
		}
		return new Address(name);
	}

	private record Address(String name) implements ProducerDestination, ConsumerDestination {

		@Override
		public String getName() {
			return this.name;
		}

		@Override
		public String getNameForPartition(int partition) {
			return this.name;
		}

	}

}
