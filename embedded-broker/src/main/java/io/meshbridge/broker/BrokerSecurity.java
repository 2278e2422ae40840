package io.meshbridge.broker;

import java.util.Set;

import org.apache.activemq.artemis.core.remoting.impl.invm.InVMConnection;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager4;
import org.jspecify.annotations.Nullable;

/**
 * Who may connect, and what clients may do. Connections inside the JVM are the gateway's
 * own channels: they need no login and may do everything.
 * <p>
 * Artemis would remember a subject by user name and password alone, so that a client
 * without both would pass for the gateway inside the JVM; hence the older interface,
 * which is asked with the connection each time.
 */
final class BrokerSecurity implements ActiveMQSecurityManager4 {

	private final BrokerUsers users;

	BrokerSecurity(BrokerUsers users) {
		this.users = users;
	}

	@Override
	public @Nullable String validateUser(@Nullable String user, @Nullable String password,
			@Nullable RemotingConnection connection, @Nullable String securityDomain) {
		if (inside(connection) || this.users.welcome(user, password)) {
			return (user != null) ? user : "";
		}
		return null;
	}

	@Override
	public @Nullable String validateUserAndRole(@Nullable String user, @Nullable String password, Set<Role> roles,
			CheckType checkType, String address, @Nullable RemotingConnection connection,
			@Nullable String securityDomain) {
		// The password was asked for when the connection was made.
		boolean allowed = inside(connection)
				|| ReservedAddresses.allows(checkType, address, connection != null && isAmqp(connection));
		return allowed ? ((user != null) ? user : "") : null;
	}

	private static boolean isAmqp(RemotingConnection connection) {
		return "AMQP".equals(connection.getProtocolName());
	}

	private static boolean inside(@Nullable RemotingConnection connection) {
		return connection != null && connection.getTransportConnection() instanceof InVMConnection;
	}

	@Override
	public boolean validateUser(@Nullable String user, @Nullable String password) {
		return this.users.welcome(user, password);
	}

	@Override
	public boolean validateUserAndRole(@Nullable String user, @Nullable String password, Set<Role> roles,
			CheckType checkType) {
		// Never asked: the variant with the connection is there.
		return false;
	}

}
