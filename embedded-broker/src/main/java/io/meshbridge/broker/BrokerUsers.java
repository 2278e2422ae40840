package io.meshbridge.broker;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * Who may log in to the broker, and the login of the gateway itself, which is another one
 * in each process. Thread-safe.
 */
final class BrokerUsers {

	/** Name of the gateway itself. */
	static final String OWN_NAME = "meshbridge-gateway";

	private static final int KEY_BYTES = 32;

	private final Map<String, StoredPassword> passwords = new HashMap<>();

	private final @Nullable JaasLogin jaas;

	/** Takes as long as the real ones, for names that are not there. */
	private final StoredPassword decoy;

	private final String ownPassword = Base64.getUrlEncoder().withoutPadding().encodeToString(random());

	/**
	 * What was right before, by name, as a MAC with a key of this process. A good hash
	 * takes a tenth of a second, and clients come back by the thousand.
	 */
	private final Map<String, byte[]> verified = new ConcurrentHashMap<>();

	private final SecretKeySpec key = new SecretKeySpec(random(), "HmacSHA256");

	/**
	 * @param jaas who decides in place of a list of users, or {@code null}
	 */
	BrokerUsers(List<EmbeddedBrokerProperties.User> users, @Nullable JaasLogin jaas) {
		this.jaas = jaas;
		users.forEach((user) -> this.passwords.put(user.name(), StoredPassword.of(user.password())));
		this.decoy = users.isEmpty() ? StoredPassword.of("{noop}") : StoredPassword.of(users.get(0).password());
	}

	private static byte[] random() {
		byte[] bytes = new byte[KEY_BYTES];
		new SecureRandom().nextBytes(bytes);
		return bytes;
	}

	/**
	 * Whether nobody needs to log in.
	 */
	boolean everyone() {
		return this.passwords.isEmpty() && this.jaas == null;
	}

	String ownName() {
		return OWN_NAME;
	}

	String ownPassword() {
		return this.ownPassword;
	}

	/**
	 * Whether a login is right. Everyone is welcome where there are no users.
	 */
	boolean welcome(@Nullable String name, @Nullable String password) {
		if (everyone()) {
			return true;
		}
		if (name == null || password == null) {
			return false;
		}
		if (name.equals(OWN_NAME)) {
			return MessageDigest.isEqual(mac(password), mac(this.ownPassword));
		}
		if (this.jaas != null) {
			return this.jaas.accepts(name, password);
		}
		byte[] mac = mac(password);
		byte[] known = this.verified.get(name);
		if (known != null && MessageDigest.isEqual(known, mac)) {
			return true;
		}
		StoredPassword expected = this.passwords.get(name);
		boolean right = ((expected != null) ? expected : this.decoy).matches(password) && expected != null;
		if (right) {
			this.verified.put(name, mac);
		}
		return right;
	}

	private byte[] mac(String password) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(this.key);
			return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("HmacSHA256, which every JVM has", ex);
		}
	}

}
