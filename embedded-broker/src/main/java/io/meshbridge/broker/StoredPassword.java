package io.meshbridge.broker;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;

/**
 * A password as it is written in the configuration, in the format that Spring Security
 * uses: how it was hashed in braces, then the hash.
 */
interface StoredPassword {

	/** The ways to write one, for messages. */
	String FORMATS = "{bcrypt}..., {pbkdf2}... or {noop}...";

	boolean matches(String password);

	/**
	 * Reads one.
	 * @throws IllegalArgumentException when it is in another format, without the value
	 */
	static StoredPassword of(String text) {
		if (text.startsWith("{bcrypt}$2")) {
			return hash(new BCryptPasswordEncoder(), text.substring("{bcrypt}".length()));
		}
		if (text.startsWith("{pbkdf2}")) {
			return hash(Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8(), text.substring("{pbkdf2}".length()));
		}
		if (text.startsWith("{noop}")) {
			byte[] plain = text.substring("{noop}".length()).getBytes(StandardCharsets.UTF_8);
			return (password) -> MessageDigest.isEqual(plain, password.getBytes(StandardCharsets.UTF_8));
		}
		throw new IllegalArgumentException("expected " + FORMATS);
	}

	private static StoredPassword hash(PasswordEncoder encoder, String hash) {
		return (password) -> encoder.matches(password, hash);
	}

}
