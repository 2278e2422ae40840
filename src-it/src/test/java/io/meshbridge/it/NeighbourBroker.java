package io.meshbridge.it;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.meshbridge.bridge.test.broker.TestBroker;

import static org.awaitility.Awaitility.await;

/**
 * The embedded broker of another gateway, which has no routes of its own. What it has
 * confirmed it still has after {@link #kill()}.
 */
final class NeighbourBroker implements TestBroker, AutoCloseable {

	private static final Duration WAIT = Duration.ofSeconds(180);

	private final GatewayProcess gateway;

	private final int mqttPort = GatewayProcess.freePort();

	private final int amqpPort = GatewayProcess.freePort();

	/**
	 * Describes one that {@link #start()} starts.
	 * @param folder of its own
	 */
	NeighbourBroker(Path folder) {
		this.gateway = new GatewayProcess(folder,
				List.of("--meshbridge.embedded-broker.enabled=true",
						"--meshbridge.embedded-broker.mqtt.port=" + this.mqttPort,
						"--meshbridge.embedded-broker.amqp.port=" + this.amqpPort));
	}

	@Override
	public String description() {
		return "embedded broker of another gateway, MQTT on port " + this.mqttPort + ", AMQP 1.0 on " + this.amqpPort;
	}

	/** For MQTT. */
	@Override
	public int port() {
		return this.mqttPort;
	}

	int amqpPort() {
		return this.amqpPort;
	}

	@Override
	public void start() {
		try {
			this.gateway.start();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		await().atMost(WAIT)
			.ignoreExceptions()
			.until(() -> this.gateway.admin("/actuator/health").path("status").asString().equals("UP"));
	}

	@Override
	public void stop() {
		waiting(this.gateway::stop);
	}

	@Override
	public void kill() {
		waiting(this.gateway::kill);
	}

	@Override
	public void suspend() {
		waiting(() -> this.gateway.signal("STOP"));
	}

	@Override
	public void resume() {
		waiting(() -> this.gateway.signal("CONT"));
	}

	private static void waiting(Waiting work) {
		try {
			work.run();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.gateway.close();
	}

	/**
	 * What may be interrupted while it waits.
	 */
	private interface Waiting {

		void run() throws InterruptedException;

	}

}
