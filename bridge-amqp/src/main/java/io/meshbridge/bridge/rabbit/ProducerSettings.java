package io.meshbridge.bridge.rabbit;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.format.Attributes;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.cloud.stream.binder.rabbit.properties.RabbitProducerProperties;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.common.LiteralExpression;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Where and how a binding publishes, from the properties of the Rabbit binder.
 *
 * @param exchange empty for the default exchange
 * @param routingKey a constant, or an expression over a Spring message whose headers are
 * {@code cloudEvents_<attribute>}
 * @param persistent whether the broker writes messages to disk
 */
record ProducerSettings(String exchange, Expression routingKey, boolean persistent) {

	/** The broker makes these exchanges itself and lets nobody declare them. */
	static final String PREDECLARED = "amq.";

	/** What RabbitMQ's permissions call the default exchange. */
	private static final String DEFAULT_EXCHANGE = "amq.default";

	private static final StandardEvaluationContext CONTEXT = new StandardEvaluationContext();

	/**
	 * Reads the properties, and turns off what can't work.
	 * @throws IllegalArgumentException when a property asks for what this bridge does not
	 * do; the text names it
	 */
	static ProducerSettings of(TargetSpec spec, ProducerProperties properties) {
		RabbitProducerProperties rabbit = (RabbitProducerProperties) ((ExtendedProducerProperties<?>) properties)
			.getExtension();
		refuse(spec, properties.isPartitioned(), "partition-key-expression", "use routing-key-expression");
		refuse(spec, rabbit.isTransacted(), "transacted", "events are published with confirms");
		refuse(spec, rabbit.isBatchingEnabled(), "batching-enabled", "each event is one message");
		refuse(spec, rabbit.isCompress(), "compress", "the data bytes stay as they are");
		refuse(spec, rabbit.getDelayExpression() != null, "delay-expression", "it is not supported");
		refuse(spec, rabbit.getProducerType() != RabbitProducerProperties.ProducerType.AMQP, "producer-type",
				"only 'amqp' is supported");
		boolean predeclared = spec.destination().startsWith(PREDECLARED);
		if (predeclared) {
			rabbit.setDeclareExchange(false);
		}
		String exchange = predeclared ? spec.destination() : rabbit.getPrefix() + spec.destination();
		Expression routingKey = rabbit.getRoutingKeyExpression();
		return new ProducerSettings(exchange.equals(DEFAULT_EXCHANGE) ? "" : exchange,
				(routingKey != null) ? routingKey : new LiteralExpression(spec.destination()),
				rabbit.getDeliveryMode() != MessageDeliveryMode.NON_PERSISTENT);
	}

	private static void refuse(TargetSpec spec, boolean set, String property, String reason) {
		if (set) {
			throw new IllegalArgumentException("spring.cloud.stream.rabbit.bindings." + spec.bindingName()
					+ ".producer." + property + " is set, which can't be used here: " + reason);
		}
	}

	/**
	 * The routing key of one event.
	 */
	String routingKey(CloudEvent event) throws SendException {
		if (this.routingKey instanceof LiteralExpression literal) {
			return literal.getValue();
		}
		MessageBuilder<byte[]> message = MessageBuilder
			.withPayload((event.getData() != null) ? event.getData().toBytes() : new byte[0]);
		Attributes.forEach(event, (name, value) -> message.setHeader("cloudEvents_" + name, value));
		if (event.getDataContentType() != null) {
			message.setHeader("contentType", event.getDataContentType());
		}
		String key = evaluate(message.build());
		if (key == null) {
			throw SendException.permanent("ROUTING_KEY", "exchange '" + this.exchange + "': routing-key-expression '"
					+ this.routingKey.getExpressionString() + "' gives nothing for this event", null);
		}
		return key;
	}

	private @Nullable String evaluate(Object message) throws SendException {
		try {
			return this.routingKey.getValue(CONTEXT, message, String.class);
		}
		catch (EvaluationException ex) {
			throw SendException.permanent("ROUTING_KEY", "exchange '" + this.exchange + "': routing-key-expression '"
					+ this.routingKey.getExpressionString() + "' fails for this event: " + ex.getMessage(), ex);
		}
	}

}
