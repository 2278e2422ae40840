package io.meshbridge.sandbox.demo;

import java.nio.file.Path;

/**
 * What the user reads first: what goes where, how to join in, how to end it.
 */
record Banner(DemoOptions options, Path routes, Path gatewayLog) {

	private static final String PICTURE = """

			The gateway is running, with routes that go like this:

			  plant --MQTT--> kafka:readings --[severity = high]--> mqtt:alarms/plant
			                                                    \\-> rabbit:alarms --> http:{hook}/alarms

			  shop --HTTP---> kafka:orders
			              \\-> rabbit:orders --[quantity >= 10]--> http:{hook}/big-orders
			""";

	private static final String OWN_ROUTES = """

			The gateway is running, with your routes.
			""";

	private static final String TEXT = """

			  POST to  {orders}
			  MQTT     127.0.0.1:{mqtt}  topics plant/ANY-NAME/temperature
			  Kafka    127.0.0.1:{kafka}
			  AMQP     127.0.0.1:{amqp}  AMQP 0-9-1, user guest, password guest
			  admin    {admin}/admin/routes
			           {admin}/admin/bindings
			           {admin}/actuator/health
			  routes   {routes}
			  log      {log}

			Send events of your own from another terminal, for example:

			  curl -i {orders} -H 'x-quantity: 25' \\
			       -H 'Content-Type: application/json' -d '{"item":"pipe"}'

			  mosquitto_pub -p {mqtt} -V 5 -q 1 -t plant/my-machine/temperature \\
			       -m '{"celsius":99}' -D publish user-property severity high

			Each line below is one event, where a route has brought it. Ctrl-C ends the demo.
			""";

	String text() {
		return (((this.options.routes() == null) ? PICTURE : OWN_ROUTES) + TEXT)
			.replace("{orders}", Feed.ordersUrl(this.options).toString())
			.replace("{mqtt}", port(Part.MQTT))
			.replace("{kafka}", port(Part.KAFKA))
			.replace("{amqp}", port(Part.AMQP))
			.replace("{hook}", port(Part.HOOK))
			.replace("{admin}", "http://127.0.0.1:" + port(Part.ADMIN))
			.replace("{routes}", this.routes.toString())
			.replace("{log}", this.gatewayLog.toString());
	}

	private String port(Part part) {
		return String.valueOf(this.options.port(part));
	}

}
