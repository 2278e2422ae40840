package io.meshbridge.bridge.amqp10;

import java.security.Principal;

import org.apache.qpid.protonj2.client.transport.Transport;
import org.apache.qpid.protonj2.engine.sasl.client.SaslCredentialsProvider;
import org.jspecify.annotations.Nullable;

/**
 * What SASL mechanisms ask for. Where there is a token it stands for the password.
 *
 * @param transport whose certificate {@code EXTERNAL} relies on
 */
record Login(Amqp10BrokerProperties properties, String vhost, Transport transport) implements SaslCredentialsProvider {

	@Override
	public @Nullable String username() {
		return this.properties.username();
	}

	@Override
	public @Nullable String password() {
		return (this.properties.token() != null) ? this.properties.token() : this.properties.password();
	}

	@Override
	public @Nullable Principal localPrincipal() {
		return this.transport.isSecure() ? this.transport.getLocalPrincipal() : null;
	}

	@Override
	public String toString() {
		return "Login[" + this.vhost + "]";
	}

}
