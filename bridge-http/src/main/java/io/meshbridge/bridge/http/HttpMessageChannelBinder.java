package io.meshbridge.bridge.http;

import io.meshbridge.bridge.http.inbound.HttpEventServer;
import io.meshbridge.bridge.http.inbound.HttpInboundEndpoint;
import io.meshbridge.bridge.http.outbound.HttpEventClient;
import io.meshbridge.bridge.http.outbound.HttpOutboundHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.stream.binder.AbstractMessageChannelBinder;
import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.cloud.stream.provisioning.ConsumerDestination;
import org.springframework.cloud.stream.provisioning.ProducerDestination;
import org.springframework.cloud.stream.provisioning.ProvisioningProvider;
import org.springframework.integration.core.MessageProducer;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;

/**
 * Binds channels to HTTP: a consumer's destination is a path on the gateway's event
 * server, a producer's is the URL that messages are posted to.
 * <p>
 * Every binder of this type shares the one server of the application; each has a client
 * of its own, so {@code spring.cloud.stream.binders.NAME.environment} can give some
 * targets other {@code meshbridge.http.client} properties.
 */
public final class HttpMessageChannelBinder extends
		AbstractMessageChannelBinder<ConsumerProperties, ProducerProperties, HttpMessageChannelBinder.Destinations> {

	private final HttpEventClient client;

	HttpMessageChannelBinder(HttpEventClient client) {
		super(new String[0], new Destinations());
		this.client = client;
	}

	/**
	 * The server of the application, which the binder's own context may not see.
	 */
	HttpEventServer server() {
		return getApplicationContext().getBean(HttpEventServer.class);
	}

	@Override
	protected MessageProducer createConsumerEndpoint(ConsumerDestination destination, @Nullable String group,
			ConsumerProperties properties) {
		boolean mapHeaders = properties.getHeaderMode() != HeaderMode.none;
		HttpInboundEndpoint endpoint = new HttpInboundEndpoint(server(), destination.getName(), group, mapHeaders);
		endpoint.setBeanFactory(getBeanFactory());
		endpoint.setComponentName(properties.getBindingName());
		endpoint.setBeanName(properties.getBindingName());
		return endpoint;
	}

	@Override
	protected MessageHandler createProducerMessageHandler(ProducerDestination destination,
			ProducerProperties producerProperties, @Nullable MessageChannel errorChannel) {
		HttpOutboundHandler handler = new HttpOutboundHandler(this.client, destination.getName());
		handler.setBeanFactory(getBeanFactory());
		return handler;
	}

	/**
	 * There is nothing to make: paths and URLs are there or not.
	 */
	static final class Destinations implements ProvisioningProvider<ConsumerProperties, ProducerProperties> {

		@Override
		public ProducerDestination provisionProducerDestination(String name, ProducerProperties properties) {
			return new Destination(name);
		}

		@Override
		public ConsumerDestination provisionConsumerDestination(String name, String group,
				ConsumerProperties properties) {
			return new Destination(name);
		}

	}

	private record Destination(String name) implements ConsumerDestination, ProducerDestination {

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
