package io.meshbridge.broker;

import java.io.IOException;

import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the login modules of an entry of the JVM's JAAS configuration say who may log in.
 * They are asked each time, with a name and a password, in the thread of the broker.
 */
final class JaasLogin {

	private static final Logger logger = LoggerFactory.getLogger(JaasLogin.class);

	private final String entry;

	/**
	 * @param entry of the configuration
	 * @throws EmbeddedBrokerException when there is none of that name
	 */
	JaasLogin(String entry) {
		this.entry = entry;
		try {
			context("", "");
		}
		catch (LoginException | SecurityException ex) {
			throw new EmbeddedBrokerException(
					"meshbridge.embedded-broker.jaas-login is '" + entry
							+ "', and there is no such entry in the JVM's JAAS configuration: " + ex.getMessage(),
					"Start the JVM with -Djava.security.auth.login.config=FILE, where FILE has the entry " + entry
							+ ", or name users in meshbridge.embedded-broker.users.",
					ex);
		}
	}

	/**
	 * Whether the modules let somebody in.
	 */
	boolean accepts(String name, String password) {
		try {
			LoginContext context = context(name, password);
			context.login();
			context.logout();
			return true;
		}
		catch (LoginException ex) {
			logger.debug("JAAS entry {} refuses {}", this.entry, name, ex);
			return false;
		}
	}

	/**
	 * Modules are found by the class loader of the thread, and not each thread of the
	 * broker has ours.
	 */
	private LoginContext context(String name, String password) throws LoginException {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(JaasLogin.class.getClassLoader());
		try {
			return new LoginContext(this.entry, new Answers(name, password));
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	/**
	 * What modules may ask for.
	 */
	private record Answers(String name, String password) implements CallbackHandler {

		@Override
		public void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
			for (Callback callback : callbacks) {
				if (callback instanceof NameCallback asked) {
					asked.setName(this.name);
				}
				else if (callback instanceof PasswordCallback asked) {
					asked.setPassword(this.password.toCharArray());
				}
				else {
					throw new UnsupportedCallbackException(callback, "expected a name or a password");
				}
			}
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
