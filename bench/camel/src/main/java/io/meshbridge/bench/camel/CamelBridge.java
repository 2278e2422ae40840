package io.meshbridge.bench.camel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.component.springrabbit.SpringRabbitMQConstants;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.BaseMainSupport;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

/**
 * Apache Camel as a bridge on one path of the bench: a route from the source to the
 * target and a processor that renames the attributes of CloudEvents in binary mode, for
 * which Camel has nothing of its own. It acknowledges at the source what the target
 * confirmed, and keeps the order per key.
 */
public final class CamelBridge {

	private static final String TO_KAFKA = "&requestRequiredAcks=all&lingerMs=2&producerBatchSize=131072";

	private final Map<String, String> settings = new HashMap<>();

	private final String path;

	private CamelBridge(String path, String... arguments) {
		this.path = path;
		for (String argument : arguments) {
			int equals = argument.indexOf('=');
			this.settings.put(argument.substring(0, equals), argument.substring(equals + 1));
		}
	}

	/**
	 * Runs until the process or its standard input ends. Prints {@code READY} and, for
	 * HTTP, the port when events can come.
	 * @param arguments the path, such as {@code kafka-http}, and {@code NAME=VALUE} as
	 * the raw bridges take them: {@code kafka} (address), {@code rabbit} (port),
	 * {@code mqtt} (URL), {@code in} and {@code out} (destinations; a URL to post to),
	 * {@code group}
	 */
	public static void main(String[] arguments) throws Exception {
		String[] rest = new String[arguments.length - 1];
		System.arraycopy(arguments, 1, rest, 0, rest.length);
		new CamelBridge(arguments[0], rest).run();
	}

	private void run() throws Exception {
		Main main = new Main();
		String ready = "READY";
		if (this.path.startsWith("http-")) {
			int port = freePort();
			main.addInitialProperty("camel.server.enabled", "true");
			main.addInitialProperty("camel.server.host", "127.0.0.1");
			main.addInitialProperty("camel.server.port", String.valueOf(port));
			ready += " " + port;
		}
		if (this.path.endsWith("-rabbit")) {
			main.bind("rabbit", rabbit());
		}
		main.configure().addRoutesBuilder(new RouteBuilder() {

			@Override
			public void configure() {
				bridge(this);
			}

		});
		String line = ready;
		main.addMainListener(new MainListenerSupport() {

			@Override
			public void afterStart(BaseMainSupport started) {
				System.out.println(line);
				endWithStandardInput();
			}

		});
		main.run();
	}

	private void bridge(RouteBuilder routes) {
		String fromKafka = "kafka:" + setting("in") + "?brokers=" + setting("kafka") + "&groupId=" + setting("group")
				+ "&autoOffsetReset=earliest&maxPollRecords=2000&consumersCount=4";
		String toKafka = "kafka:" + setting("out") + "?brokers=" + setting("kafka") + TO_KAFKA;
		switch (this.path) {
			// A list of what was polled, which the producer sends as a whole before it
			// waits.
			case "kafka-kafka" -> routes.from(fromKafka + "&batching=true").to(toKafka);
			case "kafka-rabbit" -> routes.from(fromKafka)
				.process(CamelBridge::kafkaToRabbit)
				.to("spring-rabbitmq:" + setting("out") + "?routingKey=" + setting("in")
						+ "&connectionFactory=#rabbit&confirm=enabled");
			case "kafka-http" ->
				routes.from(fromKafka).process(CamelBridge::kafkaToHttp).to("vertx-http:" + setting("out"));
			case "http-kafka" -> routes.from("platform-http:" + setting("in") + "?httpMethodRestrict=POST")
				.process(CamelBridge::httpToKafka)
				.to(toKafka)
				.process(CamelBridge::accepted);
			case "mqtt-kafka" -> routes
				.from("paho-mqtt5:" + setting("in") + "?brokerUrl=" + setting("mqtt")
						+ "&qos=1&clientId=bench-camel&receiveMaximum=4000&manualAcksEnabled=true")
				.process(CamelBridge::mqttToKafka)
				.to(toKafka);
			default -> throw new IllegalArgumentException("there is no Camel bridge '" + this.path + "'");
		}
	}

	private static void kafkaToRabbit(Exchange exchange) {
		rename(exchange, "ce_", (name, value) -> exchange.getMessage().setHeader("cloudEvents_" + name, value),
				SpringRabbitMQConstants.CONTENT_TYPE);
	}

	private static void kafkaToHttp(Exchange exchange) {
		rename(exchange, "ce_", (name, value) -> exchange.getMessage().setHeader("ce-" + name, value),
				Exchange.CONTENT_TYPE);
	}

	private static void httpToKafka(Exchange exchange) {
		Object key = exchange.getMessage().getHeader("x-key");
		rename(exchange, "ce-", (name, value) -> {
			exchange.getMessage().setHeader("ce_" + name, value);
			if (name.equals("partitionkey")) {
				exchange.getMessage().setHeader(KafkaConstants.KEY, value);
			}
		}, "content-type");
		// Plain messages have their key in a header of their own.
		if (key != null) {
			exchange.getMessage().setHeader(KafkaConstants.KEY, key);
		}
	}

	private static void accepted(Exchange exchange) {
		Message answer = exchange.getMessage();
		answer.removeHeaders("*");
		answer.setHeader(Exchange.HTTP_RESPONSE_CODE, 202);
		answer.setBody(null);
	}

	private static void mqttToKafka(Exchange exchange) {
		Message message = exchange.getMessage();
		message.setHeader(KafkaConstants.KEY, message.getHeader(PahoMqtt5Constants.MQTT_TOPIC));
		MqttProperties properties = message.getHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_PROPERTIES,
				MqttProperties.class);
		if (properties == null) {
			return;
		}
		for (UserProperty attribute : properties.getUserProperties()) {
			message.setHeader("ce_" + attribute.getKey(), attribute.getValue());
			if (attribute.getKey().equals("partitionkey")) {
				message.setHeader(KafkaConstants.KEY, attribute.getValue());
			}
		}
		if (properties.getContentType() != null) {
			message.setHeader("content-type", properties.getContentType());
		}
	}

	/**
	 * Replaces all headers by the attributes that some of them are.
	 */
	private static void rename(Exchange exchange, String prefix, BiConsumer<String, String> attribute,
			String contentTypeHeader) {
		Map<String, Object> before = exchange.getMessage().getHeaders();
		exchange.getMessage().setHeaders(new HashMap<>());
		before.forEach((name, value) -> {
			if (name.regionMatches(true, 0, prefix, 0, prefix.length())) {
				attribute.accept(name.substring(prefix.length()), text(value));
			}
			else if (name.equalsIgnoreCase("content-type")) {
				exchange.getMessage().setHeader(contentTypeHeader, text(value));
			}
		});
	}

	private static String text(Object value) {
		return (value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
	}

	private CachingConnectionFactory rabbit() {
		CachingConnectionFactory factory = new CachingConnectionFactory("127.0.0.1",
				Integer.parseInt(setting("rabbit")));
		factory.setUsername("guest");
		factory.setPassword("guest");
		factory.setPublisherConfirmType(CachingConnectionFactory.ConfirmType.CORRELATED);
		return factory;
	}

	private String setting(String name) {
		String value = this.settings.get(name);
		if (value == null) {
			throw new IllegalArgumentException("argument '" + name + "' is missing, expected " + name + "=VALUE");
		}
		return value;
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private static void endWithStandardInput() {
		Thread watch = new Thread(() -> {
			try {
				while (System.in.read() >= 0) {
					// Nobody writes.
				}
			}
			catch (IOException ex) {
				// Ended as well.
			}
			System.exit(0);
		}, "parent-watch");
		watch.setDaemon(true);
		watch.start();
	}

}
