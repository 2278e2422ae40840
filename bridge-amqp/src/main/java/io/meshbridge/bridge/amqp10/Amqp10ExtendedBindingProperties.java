package io.meshbridge.bridge.amqp10;

import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.cloud.stream.binder.AbstractExtendedBindingProperties;
import org.springframework.cloud.stream.binder.BinderSpecificPropertiesProvider;

/**
 * What is special to AMQP 1.0 in the bindings; {@code spring.cloud.stream.amqp10.default}
 * holds for all of them.
 */
@ConfigurationProperties("spring.cloud.stream.amqp10")
public class Amqp10ExtendedBindingProperties extends
		AbstractExtendedBindingProperties<Amqp10ConsumerProperties, Amqp10ProducerProperties, Amqp10BindingProperties> {

	private static final String DEFAULTS_PREFIX = "spring.cloud.stream.amqp10.default";

	@Override
	public String getDefaultsPrefix() {
		return DEFAULTS_PREFIX;
	}

	/**
	 * Properties by the name of the binding.
	 */
	@Override
	public Map<String, Amqp10BindingProperties> getBindings() {
		return doGetBindings();
	}

	@Override
	public Class<? extends BinderSpecificPropertiesProvider> getExtendedPropertiesEntryClass() {
		return Amqp10BindingProperties.class;
	}

}
