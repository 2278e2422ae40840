package io.meshbridge.broker;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The broker inside the gateway.
 *
 * @param enabled whether it runs. By default it does, with a listener for each protocol
 * that has no other broker: none for MQTT with {@code meshbridge.mqtt.url}, none for AMQP
 * 1.0 with {@code meshbridge.amqp10.url}, nor where each binder of that type under
 * {@code spring.cloud.stream.binders} has a URL of its own. If {@code true}, both
 * listeners are there; if {@code false}, there are no channels in it either
 * @param address the listeners bind to. Another one than a loopback address needs
 * {@code users}, or {@code open-to-everyone}
 * @param users who may log in to the listeners. By default there are none, and nobody is
 * asked
 * @param jaasLogin name of an entry of the JVM's JAAS configuration that decides who may
 * log in, in place of {@code users}
 * @param openToEveryone whether the listeners may bind to an address that is no loopback
 * address while there are no users
 * @param sslBundle name of the SSL bundle ({@code spring.ssl.bundle}) with the listeners'
 * key; by default they are not encrypted
 * @param clientAuth whether clients need a certificate that the bundle's trust store
 * trusts, beside a login: {@code none}, {@code want} or {@code need}
 * @param dataDir folder for the journal, by default {@code broker} in
 * {@code meshbridge.data-dir}
 * @param maxMemory how much of the messages is kept in memory, from 1 MB; what exceeds it
 * is paged to disk
 * @param maxDiskUsage how full the disk may be, in percent, before new messages are
 * refused, 1 to 100
 * @param minDiskFree how much of the disk stays free: new messages are refused before,
 * from 24 MB
 * @param maxMessageSize largest message that a client may publish, from 1 KB to 256 MB
 * @param journalType how the journal is written: {@code aio} with Linux's asynchronous
 * I/O, which takes libaio, {@code nio} without, or {@code auto} for the first where it is
 * there, else the second. Each reads what the other has written
 * @param damagedJournal what to do with a journal that can't be read whole: {@code fail},
 * or {@code accept} the loss and start with the rest
 * @param mqtt the MQTT listener
 * @param amqp the AMQP 1.0 listener
 */
@ConfigurationProperties("meshbridge.embedded-broker")
public record EmbeddedBrokerProperties(@DefaultValue("true") boolean enabled, @DefaultValue("127.0.0.1") String address,
		@DefaultValue List<User> users, @Nullable String jaasLogin, @DefaultValue("false") boolean openToEveryone,
		@Nullable String sslBundle, @DefaultValue("none") ClientAuth clientAuth, @DefaultValue("") String dataDir,
		@DefaultValue("64MB") DataSize maxMemory, @DefaultValue("98") int maxDiskUsage,
		@DefaultValue("100MB") DataSize minDiskFree, @DefaultValue("16MB") DataSize maxMessageSize,
		@DefaultValue("auto") JournalType journalType, @DefaultValue("fail") DamagedJournal damagedJournal,
		@DefaultValue Mqtt mqtt, @DefaultValue Amqp amqp) {

	public EmbeddedBrokerProperties {
		users = List.copyOf(users);
		Set<String> names = new HashSet<>();
		for (User user : users) {
			if (!names.add(user.name())) {
				throw new IllegalArgumentException(
						"meshbridge.embedded-broker.users has '" + user.name() + "' twice, expected each name once");
			}
		}
		if (jaasLogin != null && !users.isEmpty()) {
			throw new IllegalArgumentException("meshbridge.embedded-broker.jaas-login is '" + jaasLogin
					+ "', and there are meshbridge.embedded-broker.users too, expected one of the two");
		}
		requireSize("min-disk-free", minDiskFree, DataSize.ofMegabytes(24), DataSize.ofTerabytes(1));
		requireSize("max-message-size", maxMessageSize, DataSize.ofKilobytes(1), DataSize.ofMegabytes(256));
		if (clientAuth != ClientAuth.NONE && sslBundle == null) {
			throw new IllegalArgumentException("meshbridge.embedded-broker.client-auth is '" + clientAuth
					+ "' without TLS, expected meshbridge.embedded-broker.ssl-bundle too");
		}
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

	private static void requireSize(String property, DataSize value, DataSize least, DataSize most) {
		if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
			throw new IllegalArgumentException("meshbridge.embedded-broker." + property + " is '" + value
					+ "', expected " + least + " to " + most);
		}
	}

	/**
	 * One who may log in.
	 *
	 * @param name of the user
	 * @param password hashed, as {@code {bcrypt}$2y$10$...} or {@code {pbkdf2}...}; or
	 * plain, as {@code {noop}secret}
	 */
	public record User(String name, String password) {

		public User {
			if (name == null || name.isBlank() || name.equals(BrokerUsers.OWN_NAME)) {
				throw new IllegalArgumentException("meshbridge.embedded-broker.users: '" + name
						+ "' is no name, expected one that is not blank and not " + BrokerUsers.OWN_NAME);
			}
			try {
				StoredPassword.of((password != null) ? password : "");
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException("meshbridge.embedded-broker.users: the password of '" + name
						+ "' is not written as it must be: " + ex.getMessage(), ex);
			}
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	/**
	 * Whether clients show a certificate.
	 */
	public enum ClientAuth {

		/** They are not asked. */
		NONE,

		/** They are asked; one that is shown must be trusted. */
		WANT,

		/** They have to. */
		NEED

	}

	/**
	 * How the journal is written.
	 */
	public enum JournalType {

		/** With asynchronous I/O where it is there. */
		AUTO,

		/** With what every JVM has. */
		NIO,

		/** With asynchronous I/O, or not at all. */
		AIO

	}

	/**
	 * What to do with a journal that can't be read whole.
	 */
	public enum DamagedJournal {

		/** The gateway does not start, and says which file it is. */
		FAIL,

		/** It starts with what can be read. */
		ACCEPT

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
