package io.meshbridge.bridge.mqtt;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.provisioning.ConsumerDestination;
import org.springframework.cloud.stream.provisioning.ProducerDestination;
import org.springframework.cloud.stream.provisioning.ProvisioningException;
import org.springframework.cloud.stream.provisioning.ProvisioningProvider;
import org.springframework.util.StringUtils;

/**
 * Checks topic filters: there is nothing to set up at an MQTT broker beforehand. A bad
 * topic name is not found here but when something is sent to it, like a topic that the
 * broker does not allow.
 */
final class MqttProvisioner implements
		ProvisioningProvider<ExtendedConsumerProperties<MqttConsumerProperties>, ExtendedProducerProperties<MqttProducerProperties>> {

	@Override
	public ProducerDestination provisionProducerDestination(String name,
			ExtendedProducerProperties<MqttProducerProperties> properties) {
		return new Topic(name);
	}

	@Override
	public ConsumerDestination provisionConsumerDestination(String name, @Nullable String group,
			ExtendedConsumerProperties<MqttConsumerProperties> properties) {
		for (String filter : StringUtils.commaDelimitedListToStringArray(name)) {
			String problem = Topics.problemWithFilter(filter);
			if (problem != null) {
				throw new ProvisioningException(problem);
			}
		}
		return new Topic(name);
	}

	private record Topic(String name) implements ProducerDestination, ConsumerDestination {

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
