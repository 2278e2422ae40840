package io.meshbridge.bridge.amqp10;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.test.broker.FreePort;
import io.meshbridge.bridge.test.broker.TestBroker;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.jspecify.annotations.Nullable;

/**
 * Artemis with TLS, one user, an address that the user may not send to, and two that take
 * a few messages only.
 */
final class SecuredAmqp implements TestBroker {

	static final String USER = "guest";

	static final String PASSWORD = "right";

	static final String FORBIDDEN = "forbidden";

	/** Rejects what it has no room for. */
	static final String FULL = "full";

	/** Gives no credit when it has no room. */
	static final String BLOCKING = "blocking";

	static final String STORE_PASSWORD = "changeit";

	private static final String ROLE = "apps";

	private final int port = FreePort.any();

	private final Path store;

	private @Nullable EmbeddedActiveMQ server;

	SecuredAmqp(Path folder) {
		this.store = folder.resolve("broker.p12");
		makeCertificate(this.store);
	}

	/**
	 * With the JDK's own tool, for there is no public API.
	 */
	private static void makeCertificate(Path store) {
		Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
		List<String> command = List.of(tool.toString(), "-genkeypair", "-alias", "broker", "-keyalg", "EC", "-dname",
				"CN=localhost", "-ext", "SAN=dns:localhost,ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12",
				"-keystore", store.toString(), "-storepass", STORE_PASSWORD);
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
				throw new IllegalStateException("keytool failed");
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Key and certificate, to be trusted too.
	 */
	Path store() {
		return this.store;
	}

	@Override
	public String description() {
		return "Artemis with TLS, port " + this.port;
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public void start() {
		SecurityConfiguration users = new SecurityConfiguration();
		users.addUser(USER, PASSWORD);
		users.addRole(USER, ROLE);
		ConfigurationImpl configuration = new ConfigurationImpl();
		configuration.setPersistenceEnabled(false);
		configuration.setSecurityEnabled(true);
		configuration.setJMXManagementEnabled(false);
		configuration.putSecurityRoles("#",
				Set.of(new Role(ROLE, true, true, true, true, true, true, true, true, true, true, false, false)));
		configuration.putSecurityRoles(FORBIDDEN,
				Set.of(new Role(ROLE, false, true, true, true, true, true, false, true, true, true, false, false)));
		configuration.addAddressSetting(FULL, few(AddressFullMessagePolicy.FAIL));
		configuration.addAddressSetting(BLOCKING, few(AddressFullMessagePolicy.BLOCK));
		EmbeddedActiveMQ starting = new EmbeddedActiveMQ();
		try {
			configuration.addAcceptorConfiguration("amqps",
					"tcp://127.0.0.1:%d?protocols=AMQP;useEpoll=false;sslEnabled=true;keyStoreType=PKCS12;keyStorePath=%s;keyStorePassword=%s"
						.formatted(this.port, this.store, STORE_PASSWORD));
			starting.setConfiguration(configuration);
			starting.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
			starting.start();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		this.server = starting;
	}

	private static AddressSettings few(AddressFullMessagePolicy policy) {
		return new AddressSettings().setMaxSizeBytes(20_000).setAddressFullMessagePolicy(policy);
	}

	@Override
	public void stop() {
		EmbeddedActiveMQ running = this.server;
		this.server = null;
		if (running != null) {
			try {
				running.stop();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	@Override
	public void suspend() {
		stop();
	}

	@Override
	public void resume() {
		start();
	}

}
