package io.meshbridge.broker;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.crypto.bcrypt.BCrypt;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StoredPasswordTests {

	@Test
	void readsWhatCommonToolsWrite() {
		// htpasswd -nbB me secret, htpasswd -nbBC 10 me secret, mkpasswd -m bcrypt secret
		for (String prefix : List.of("$2y", "$2b", "$2a")) {
			String hash = BCrypt.hashpw("secret", BCrypt.gensalt(prefix, 4));
			assertThat(StoredPassword.of("{bcrypt}" + hash).matches("secret")).isTrue();
			assertThat(StoredPassword.of("{bcrypt}" + hash).matches("Secret")).isFalse();
		}
		String hash = Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8().encode("secret");
		assertThat(StoredPassword.of("{pbkdf2}" + hash).matches("secret")).isTrue();
		assertThat(StoredPassword.of("{pbkdf2}" + hash).matches("")).isFalse();
		assertThat(StoredPassword.of("{noop}secret").matches("secret")).isTrue();
		assertThat(StoredPassword.of("{noop}secret").matches("secret ")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "secret", "{md5}5ebe2294ecd0e0f08eab7690d2a6ee69", "$2y$10$abc", "{bcrypt}secret" })
	void refusesOtherFormatsWithoutRepeatingThem(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> StoredPassword.of(text))
			.withMessage("expected {bcrypt}..., {pbkdf2}... or {noop}...");
	}

	@Test
	void letsInWhoKnowsThePassword() {
		BrokerUsers users = new BrokerUsers(List.of(new EmbeddedBrokerProperties.User("plant", "{noop}secret")), null);
		assertThat(users.welcome("plant", "secret")).isTrue();
		assertThat(users.welcome("plant", "secret")).isTrue();
		assertThat(users.welcome("plant", "wrong")).isFalse();
		assertThat(users.welcome("other", "secret")).isFalse();
		assertThat(users.welcome("plant", null)).isFalse();
		assertThat(users.welcome(null, null)).isFalse();
		assertThat(users.welcome(users.ownName(), users.ownPassword())).isTrue();
		assertThat(users.welcome(users.ownName(), "secret")).isFalse();
		assertThat(new BrokerUsers(List.of(), null).welcome(null, null)).isTrue();
	}

	@Test
	void saysWhoseConfigurationIsWrongButNotWhatItIs() {
		assertThatIllegalArgumentException().isThrownBy(() -> new EmbeddedBrokerProperties.User("plant", "topsecret"))
			.withMessageContaining("the password of 'plant'")
			.withMessageNotContaining("topsecret");
		assertThat(new EmbeddedBrokerProperties.User("plant", "{noop}topsecret")).hasToString("plant");
	}

}
