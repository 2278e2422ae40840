package io.meshbridge.sandbox.demo;

import java.nio.file.Path;

/**
 * What the user reads first: where to send, where to look, how to end it.
 */
record Banner(DemoOptions options, Path routes, Path gatewayLog) {

	private static final String TEXT = """

			The gateway is running. Send it events of your own from another terminal:

			  curl -i {orders} -H 'x-quantity: 25' \\
			       -H 'Content-Type: application/json' -d '{"item":"pipe"}'

			  mosquitto_pub -p {mqtt} -V 5 -q 1 -t plant/my-machine/temperature -m '{"celsius":99}' \\
			       -D publish user-property severity high

			  POST to    {orders}
			  MQTT       127.0.0.1:{mqtt}   (the gateway's own broker)
			  Kafka      127.0.0.1:{kafka}
			  AMQP       127.0.0.1:{amqp}   (AMQP 0-9-1, user guest, password guest)
			  admin      {admin}/admin/routes
			             {admin}/admin/bindings
			             {admin}/actuator/health
			  routes     {routes}
			  log        {log}

			Each line below is one event where a route has brought it. Ctrl-C ends the demo.
			""";

	String text() {
		return TEXT.replace("{orders}", Feed.ordersUrl(this.options).toString())
			.replace("{mqtt}", port(Part.MQTT))
			.replace("{kafka}", port(Part.KAFKA))
			.replace("{amqp}", port(Part.AMQP))
			.replace("{admin}", "http://127.0.0.1:" + port(Part.ADMIN))
			.replace("{routes}", this.routes.toString())
			.replace("{log}", this.gatewayLog.toString());
	}

	private String port(Part part) {
		return String.valueOf(this.options.port(part));
	}

}
