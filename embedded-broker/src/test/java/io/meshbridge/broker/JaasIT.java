package io.meshbridge.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import javax.security.auth.spi.LoginModule;

import jakarta.jms.JMSException;
import org.apache.activemq.artemis.spi.core.security.jaas.PropertiesLoginModule;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Logins that the JVM's JAAS configuration decides on.
 */
class JaasIT {

	@TempDir
	private Path folder = Path.of("");

	private final Map<String, AppConfigurationEntry[]> entries = new HashMap<>();

	private @Nullable Configuration before;

	@BeforeEach
	void configure() {
		try {
			this.before = Configuration.getConfiguration();
		}
		catch (SecurityException ex) {
			// None was there.
		}
		Configuration.setConfiguration(new Configuration() {

			@Override
			public AppConfigurationEntry @Nullable [] getAppConfigurationEntry(String name) {
				return JaasIT.this.entries.get(name);
			}

		});
	}

	@AfterEach
	void restore() {
		Configuration.setConfiguration(this.before);
	}

	private void entry(String name, Class<?> module, Map<String, String> options) {
		this.entries.put(name, new AppConfigurationEntry[] { new AppConfigurationEntry(module.getName(),
				AppConfigurationEntry.LoginModuleControlFlag.REQUIRED, options) });
	}

	@Test
	void letsInWhomTheModuleLetsIn() throws Exception {
		entry("plant", OneUser.class, Map.of());
		try (Running broker = new Running(this.folder, "jaas-login=plant", "address=0.0.0.0")) {
			broker.mqtt("a", "jaas", "secret").publish("plant/a", new byte[1], 1, false).waitForCompletion(30_000);
			broker.amqp("jaas", "secret").close();
			assertThatExceptionOfType(MqttException.class).isThrownBy(() -> broker.mqtt("b", "jaas", "wrong"))
				.returns(0x86, (ex) -> ex.getReasonCode() & 0xff);
			assertThatExceptionOfType(MqttException.class).isThrownBy(() -> broker.mqtt("b", null, null));
			assertThatExceptionOfType(JMSException.class).isThrownBy(() -> broker.amqp("jaas", "wrong").close());
			assertThatExceptionOfType(JMSException.class).isThrownBy(() -> broker.amqp(null, null).close());
			assertThat(broker.context.getBean(EmbeddedBroker.class).entrance("mqtt")).satisfies(
					(own) -> broker.mqtt("own", own.username(), own.password()).disconnect().waitForCompletion(30_000));
		}
	}

	@Test
	void takesUsersFromThePropertiesFilesOfArtemis() throws Exception {
		Files.writeString(this.folder.resolve("users.properties"), "plant=secret\n");
		Files.writeString(this.folder.resolve("roles.properties"), "all=plant\n");
		entry("files", PropertiesLoginModule.class,
				Map.of("baseDir", this.folder.toString(), "org.apache.activemq.jaas.properties.user",
						"users.properties", "org.apache.activemq.jaas.properties.role", "roles.properties"));
		try (Running broker = new Running(this.folder, "jaas-login=files")) {
			broker.mqtt("a", "plant", "secret").disconnect().waitForCompletion(30_000);
			assertThatExceptionOfType(MqttException.class).isThrownBy(() -> broker.mqtt("b", "plant", "wrong"));
		}
	}

	@Test
	void saysThatThereIsNoSuchEntryAndThatUsersAreInTheWay() {
		assertThatThrownBy(() -> new Running(this.folder, "jaas-login=missing").close())
			.hasStackTraceContaining("meshbridge.embedded-broker.jaas-login is 'missing'")
			.hasStackTraceContaining("-Djava.security.auth.login.config");
		assertThatThrownBy(() -> new Running(this.folder, "jaas-login=plant", "users[0].name=plant",
				"users[0].password={noop}secret")
			.close()).hasStackTraceContaining("expected one of the two");
	}

	/**
	 * Knows one user.
	 */
	public static final class OneUser implements LoginModule {

		private @Nullable CallbackHandler handler;

		@Override
		public void initialize(Subject subject, CallbackHandler callbackHandler, Map<String, ?> sharedState,
				Map<String, ?> options) {
			this.handler = callbackHandler;
		}

		@Override
		public boolean login() throws LoginException {
			NameCallback name = new NameCallback("name");
			PasswordCallback password = new PasswordCallback("password", false);
			CallbackHandler asked = this.handler;
			try {
				if (asked != null) {
					asked.handle(new Callback[] { name, password });
				}
			}
			catch (IOException | UnsupportedCallbackException ex) {
				throw new LoginException(ex.getMessage());
			}
			if (!"jaas".equals(name.getName())
					|| !Arrays.equals(password.getPassword(), new char[] { 's', 'e', 'c', 'r', 'e', 't' })) {
				throw new FailedLoginException("not known");
			}
			return true;
		}

		@Override
		public boolean commit() {
			return true;
		}

		@Override
		public boolean abort() {
			return true;
		}

		@Override
		public boolean logout() {
			return true;
		}

	}

}
