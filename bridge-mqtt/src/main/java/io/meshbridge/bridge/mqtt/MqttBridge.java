package io.meshbridge.bridge.mqtt;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;

import org.springframework.cloud.stream.binder.Binder;
import org.springframework.messaging.MessageChannel;

/**
 * Events over MQTT.
 */
final class MqttBridge implements Bridge {

	/** Name in {@code META-INF/spring.binders}. */
	static final String TYPE = "mqtt";

	private final Map<String, MqttMessageChannelBinder> binders = new ConcurrentHashMap<>();

	@Override
	public String binderType() {
		return TYPE;
	}

	@Override
	public void prepare(String binderName, Binder<?, ?, ?> binder) {
		this.binders.put(binderName, (MqttMessageChannelBinder) binder);
	}

	@Override
	public Source source(SourceSpec spec) {
		return new MqttSource(spec);
	}

	@Override
	public Target target(TargetSpec spec, MessageChannel channel) {
		MqttMessageChannelBinder binder = this.binders.get(spec.binderName());
		if (binder == null) {
			throw new IllegalStateException("binder '" + spec.binderName() + "' was not prepared");
		}
		return new MqttTarget(spec, channel, binder.broker().version());
	}

}
