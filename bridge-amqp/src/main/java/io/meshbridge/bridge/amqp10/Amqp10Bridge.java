package io.meshbridge.bridge.amqp10;

import java.util.Set;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.channel.ChannelBroker;
import io.meshbridge.bridge.channel.ChannelStatus;

import org.springframework.cloud.stream.binder.Binder;
import org.springframework.messaging.MessageChannel;

/**
 * Events over AMQP 1.0. A channel is a topic with a durable, shared subscription for each
 * group; what is in it, AMQP 1.0 has no way to ask.
 */
final class Amqp10Bridge implements Bridge, ChannelBroker {

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

	@Override
	public Set<String> keepers(String fallback) {
		// A topic forgets what nobody is subscribed to.
		return Set.of(fallback);
	}

	@Override
	public Contents contents(String binderName, String destination, Set<String> groups, String prefix) {
		return new Contents(null, null,
				groups.stream().map((group) -> new ChannelStatus.Group(group, null, null)).toList());
	}

	@Override
	public long purge(String binderName, String destination, Set<String> groups, String prefix) {
		throw noWay(destination);
	}

	@Override
	public void delete(String binderName, String destination, Set<String> groups, String prefix) {
		throw noWay(destination);
	}

	private static UnsupportedOperationException noWay(String destination) {
		return new UnsupportedOperationException("AMQP 1.0 has no way to empty or remove the address '" + destination
				+ "'; use the tools of its broker");
	}

}
