package io.meshbridge.bridge.amqp10;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;

import org.springframework.cloud.stream.binder.Binder;
import org.springframework.messaging.MessageChannel;

/**
 * Events over AMQP 1.0.
 */
final class Amqp10Bridge implements Bridge {

	/** Name in {@code META-INF/spring.binders}. */
	static final String TYPE = "amqp10";

	@Override
	public String binderType() {
		return TYPE;
	}

	@Override
	public void prepare(String binderName, Binder<?, ?, ?> binder) {
	}

	@Override
	public Source source(SourceSpec spec) {
		return new Amqp10Source(spec);
	}

	@Override
	public Target target(TargetSpec spec, MessageChannel channel) {
		return new Amqp10Target(spec, channel);
	}

}
