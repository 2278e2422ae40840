package io.meshbridge.bridge.mqtt;

import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.cloud.stream.binder.AbstractExtendedBindingProperties;
import org.springframework.cloud.stream.binder.BinderSpecificPropertiesProvider;

/**
 * What is special to MQTT in the bindings; {@code spring.cloud.stream.mqtt.default} holds
 * for all of them.
 */
@ConfigurationProperties("spring.cloud.stream.mqtt")
public class MqttExtendedBindingProperties extends
		AbstractExtendedBindingProperties<MqttConsumerProperties, MqttProducerProperties, MqttBindingProperties> {

	private static final String DEFAULTS_PREFIX = "spring.cloud.stream.mqtt.default";

	@Override
	public String getDefaultsPrefix() {
		return DEFAULTS_PREFIX;
	}

	/**
	 * Properties by the name of the binding.
	 */
	@Override
	public Map<String, MqttBindingProperties> getBindings() {
		return doGetBindings();
	}

	@Override
	public Class<? extends BinderSpecificPropertiesProvider> getExtendedPropertiesEntryClass() {
		return MqttBindingProperties.class;
	}

}
