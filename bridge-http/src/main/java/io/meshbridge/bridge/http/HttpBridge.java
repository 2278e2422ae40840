package io.meshbridge.bridge.http;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.http.inbound.HttpSource;
import io.meshbridge.bridge.http.outbound.HttpTarget;

import org.springframework.cloud.stream.binder.Binder;
import org.springframework.messaging.MessageChannel;

/**
 * Events over HTTP: a source is a path on the gateway's own server, a target a URL.
 */
final class HttpBridge implements Bridge {

	@Override
	public String binderType() {
		return "http";
	}

	@Override
	public void prepare(String binderName, Binder<?, ?, ?> binder) {
		// The binder is our own and knows what to do.
	}

	@Override
	public Source source(SourceSpec spec) {
		return new HttpSource(spec);
	}

	@Override
	public Target target(TargetSpec spec, MessageChannel channel) {
		return new HttpTarget(spec, channel);
	}

}
