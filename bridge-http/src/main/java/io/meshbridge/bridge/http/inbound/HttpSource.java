package io.meshbridge.bridge.http.inbound;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;

import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.messaging.Message;

/**
 * The inbound side of an HTTP binding: hands over the events of each request and answers
 * it when they are settled. {@link #receive} is called by several event loop threads at a
 * time.
 */
public final class HttpSource implements Source {

	private final SourceSpec spec;

	private final Set<HttpInboundMessage> unsettled = ConcurrentHashMap.newKeySet();

	public HttpSource(SourceSpec spec) {
		this.spec = spec;
	}

	@Override
	public void configure(ConsumerProperties properties) {
		properties.setMaxAttempts(1);
		// Messages are read from the delivery, headers would be made for nobody.
		properties.setHeaderMode(HeaderMode.none);
	}

	@Override
	public void receive(Message<?> message, Consumer<? super InboundMessage> handler) {
		HttpDelivery delivery = message.getHeaders().get(HttpDelivery.HEADER, HttpDelivery.class);
		if (delivery == null) {
			throw new IllegalArgumentException(this.spec.bindingName() + ": a message that is no HTTP request");
		}
		delivery.claim();
		HttpExchange exchange = delivery.exchange();
		List<HttpInboundMessage> messages = new ArrayList<>(1);
		for (Content content : exchange.request().contents(delivery)) {
			HttpInboundMessage inbound = new HttpInboundMessage(exchange, content, this.unsettled::remove);
			this.unsettled.add(inbound);
			messages.add(inbound);
		}
		try {
			messages.forEach(handler);
		}
		catch (RuntimeException ex) {
			messages.forEach((inbound) -> inbound.refuse(ex));
			throw ex;
		}
	}

	@Override
	public FlowControl flowControl() {
		return FlowControl.REFUSE;
	}

	@Override
	public void close() {
		SendException reason = SendException.transientFailure("CLOSED",
				"the gateway stops reading from " + this.spec.destination(), null);
		this.unsettled.forEach((message) -> message.refuse(reason));
	}

}
