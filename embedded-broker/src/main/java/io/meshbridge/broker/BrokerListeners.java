package io.meshbridge.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.meshbridge.bridge.OwnBroker.Entrance;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.SslBundle;

/**
 * The broker's listeners: for clients on the address that the user says, and where those
 * are encrypted one more for the gateway's own binders, which trust no certificate of
 * ours and may have none to show.
 */
final class BrokerListeners {

	private static final Logger logger = LoggerFactory.getLogger(BrokerListeners.class);

	private static final String LOOPBACK = "127.0.0.1";

	/** Ends the name of a listener that is for the gateway itself. */
	private static final String OWN = "-own";

	private final List<BrokerListener> wanted;

	private final String address;

	private final boolean openToEveryone;

	private final @Nullable SslBundle tls;

	private final BrokerUsers users;

	/** Ports for the gateway itself, by type of binder. */
	private final Map<String, Integer> ownPorts;

	/** Written by the thread that starts the broker. */
	private volatile List<BrokerListener> open;

	/**
	 * @param tls their key, or {@code null} if they are not encrypted
	 */
	BrokerListeners(List<BrokerListener> wanted, EmbeddedBrokerProperties properties, @Nullable SslBundle tls,
			BrokerUsers users) {
		this.wanted = List.copyOf(wanted);
		this.open = this.wanted;
		this.address = properties.address();
		this.openToEveryone = properties.openToEveryone();
		this.tls = tls;
		this.users = users;
		this.ownPorts = (tls == null) ? Map.of()
				: wanted.stream().collect(Collectors.toMap(BrokerListener::binderType, (listener) -> freePort()));
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new EmbeddedBrokerException("No port of " + LOOPBACK + " is free: " + ex.getMessage(),
					"Stop what uses them.", ex);
		}
	}

	/**
	 * Closed unless opened.
	 * @throws EmbeddedBrokerException when strangers could come in unasked
	 */
	void requireClosed() {
		if (this.wanted.isEmpty() || loopback() || !this.users.everyone() || this.openToEveryone) {
			return;
		}
		BrokerListener first = this.wanted.get(0);
		throw new EmbeddedBrokerException(
				"The embedded broker would listen for " + first.protocol() + " on " + this.address + ":" + first.port()
						+ ", where everyone who can reach it could read and write, as it has no users.",
				"Name users in meshbridge.embedded-broker.users (and encrypt the listeners with "
						+ "meshbridge.embedded-broker.ssl-bundle), leave meshbridge.embedded-broker.address a loopback "
						+ "address, or say meshbridge.embedded-broker.open-to-everyone=true if the network keeps "
						+ "strangers away.",
				null);
	}

	private boolean loopback() {
		try {
			return InetAddress.getByName(this.address).isLoopbackAddress();
		}
		catch (UnknownHostException ex) {
			throw new EmbeddedBrokerException("meshbridge.embedded-broker.address is '" + this.address
					+ "', which this machine does not know: " + ex.getMessage(), "Name an address of this machine.",
					ex);
		}
	}

	void configure(ArtemisConfiguration artemis) {
		for (BrokerListener listener : this.wanted) {
			artemis.listener(listener.key(), this.address, listener.port(), listener.artemisProtocol(),
					!this.users.everyone(), this.tls);
			Integer own = this.ownPorts.get(listener.binderType());
			if (own != null) {
				artemis.listener(listener.key() + OWN, LOOPBACK, own, listener.artemisProtocol(), true, null);
			}
		}
	}

	/**
	 * Opens their ports. One that is taken may be done without; a broker that starts its
	 * listeners by itself would only log that, and run on.
	 * @throws EmbeddedBrokerException when one that is needed can't be opened
	 */
	void open(ActiveMQServer broker) {
		this.open = this.wanted.stream().filter((listener) -> open(broker, listener)).toList();
	}

	private boolean open(ActiveMQServer broker, BrokerListener listener) {
		try {
			broker.getRemotingService().getAcceptor(listener.key()).start();
			if (this.ownPorts.containsKey(listener.binderType())) {
				broker.getRemotingService().getAcceptor(listener.key() + OWN).start();
			}
		}
		catch (Exception ex) {
			Throwable reason = (ex.getCause() != null) ? ex.getCause() : ex;
			if (listener.needed() || !(reason instanceof BindException)) {
				throw cannotListen(listener, reason);
			}
			logger.warn(
					"Embedded broker: does not listen for {}, as {}:{} is taken: {}. Choose another port with {}, or "
							+ "set {}=false",
					listener.protocol(), this.address, listener.port(), reason.getMessage(), listener.property("port"),
					listener.property("enabled"));
			forget(broker, listener);
			return false;
		}
		warnOfStrangers(listener);
		return true;
	}

	private static void forget(ActiveMQServer broker, BrokerListener listener) {
		for (String name : List.of(listener.key(), listener.key() + OWN)) {
			try {
				broker.getRemotingService().destroyAcceptor(name);
			}
			catch (Exception ex) {
				throw new IllegalStateException("listener " + name + " does not end: " + ex.getMessage(), ex);
			}
		}
	}

	private EmbeddedBrokerException cannotListen(BrokerListener listener, Throwable reason) {
		return new EmbeddedBrokerException(
				"The embedded broker can't listen for " + listener.protocol() + " on " + this.address + ":"
						+ listener.port() + ": " + reason.getMessage(),
				"Stop what uses the port, choose another one with " + listener.property("port")
						+ " (address: meshbridge.embedded-broker.address), or do without the listener: "
						+ listener.property("enabled") + "=false, or " + listener.urlProperty()
						+ " for a broker you have.",
				reason);
	}

	private void warnOfStrangers(BrokerListener listener) {
		if (loopback()) {
			return;
		}
		if (this.users.everyone()) {
			logger.warn(
					"Embedded broker: the {} listener on {}:{} is open to everyone who can reach it, without "
							+ "authentication (meshbridge.embedded-broker.open-to-everyone)",
					listener.protocol(), this.address, listener.port());
		}
		else if (this.tls == null) {
			logger.warn(
					"Embedded broker: passwords come to the {} listener on {}:{} unencrypted "
							+ "(meshbridge.embedded-broker.ssl-bundle)",
					listener.protocol(), this.address, listener.port());
		}
	}

	/**
	 * Those whose port is open; before the broker starts, those that are wanted.
	 */
	List<BrokerListener> open() {
		return this.open;
	}

	/**
	 * For people.
	 */
	String description() {
		return this.open.stream()
			.map((listener) -> listener.protocol() + " on " + this.address + ":" + listener.port())
			.collect(Collectors.joining(", "));
	}

	/**
	 * The way in for the gateway's own binder of a type, or {@code null}.
	 */
	@Nullable Entrance entrance(String binderType) {
		for (BrokerListener listener : this.open) {
			if (listener.binderType().equals(binderType)) {
				Integer own = this.ownPorts.get(binderType);
				return new Entrance((own != null) ? LOOPBACK : reachable(), (own != null) ? own : listener.port(),
						this.users.ownName(), this.users.ownPassword());
			}
		}
		return null;
	}

	private String reachable() {
		return (this.address.equals("0.0.0.0") || this.address.equals("::")) ? LOOPBACK : this.address;
	}

}
