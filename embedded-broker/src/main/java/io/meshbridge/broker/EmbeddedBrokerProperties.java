package io.meshbridge.broker;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The broker inside the gateway.
 *
 * @param enabled whether it runs. By default it does, with a listener for each protocol
 * that has no other broker: none for MQTT with {@code meshbridge.mqtt.url}, or a URL in
 * each binder of type {@code mqtt} under {@code spring.cloud.stream.binders}; none for
 * AMQP 1.0 with {@code meshbridge.amqp10.url}, or one in each binder of type
 * {@code amqp10}; and with both it does not run. If {@code true}, both listeners are
 * there
 * @param address the listeners bind to. They ask nobody for a password: keep it a
 * loopback address, or see to it that only friends can reach it
 * @param dataDir folder for the journal, by default {@code broker} in
 * {@code meshbridge.data-dir}
 * @param maxMemory how much of the messages is kept in memory, from 1 MB; what exceeds it
 * is paged to disk
 * @param maxDiskUsage how full the disk may be, in percent, before publishers have to
 * wait, 1 to 100
 * @param mqtt the MQTT listener
 * @param amqp the AMQP 1.0 listener
 */
@ConfigurationProperties("meshbridge.embedded-broker")
public record EmbeddedBrokerProperties(@DefaultValue("true") boolean enabled, @DefaultValue("127.0.0.1") String address,
		@DefaultValue("") String dataDir, @DefaultValue("64MB") DataSize maxMemory,
		@DefaultValue("98") int maxDiskUsage, @DefaultValue Mqtt mqtt, @DefaultValue Amqp amqp) {

	public EmbeddedBrokerProperties {
		if (maxMemory.toMegabytes() < 1) {
			throw new IllegalArgumentException(
					"meshbridge.embedded-broker.max-memory is '" + maxMemory + "', expected 1 MB at least");
		}
		if (maxDiskUsage < 1 || maxDiskUsage > 100) {
			throw new IllegalArgumentException(
					"meshbridge.embedded-broker.max-disk-usage is '" + maxDiskUsage + "', expected 1 to 100 percent");
		}
	}

	/**
	 * Where the journal is.
	 * @param gatewayData the gateway's {@code meshbridge.data-dir}
	 */
	Path folder(String gatewayData) {
		return (this.dataDir.isBlank() ? Path.of(gatewayData, "broker") : Path.of(this.dataDir)).toAbsolutePath()
			.normalize();
	}

	/**
	 * The MQTT listener.
	 *
	 * @param enabled whether it is there; by default as the broker's {@code enabled} says
	 * @param port it listens on
	 */
	public record Mqtt(@Nullable Boolean enabled, @DefaultValue("1883") int port) {

		public Mqtt {
			requirePort("mqtt", port);
		}

	}

	/**
	 * The AMQP 1.0 listener.
	 *
	 * @param enabled whether it is there; by default as the broker's {@code enabled} says
	 * @param port it listens on
	 */
	public record Amqp(@Nullable Boolean enabled, @DefaultValue("5672") int port) {

		public Amqp {
			requirePort("amqp", port);
		}

	}

	private static void requirePort(String listener, int port) {
		if (port < 1 || port > 65_535) {
			throw new IllegalArgumentException(
					"meshbridge.embedded-broker." + listener + ".port is '" + port + "', expected 1 to 65535");
		}
	}

}
