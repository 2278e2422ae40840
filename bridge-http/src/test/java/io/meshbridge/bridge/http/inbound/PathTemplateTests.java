package io.meshbridge.bridge.http.inbound;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PathTemplateTests {

	private static @Nullable Map<String, String> match(String template, String path) {
		return new PathTemplate(template).match(PathTemplate.segments(path));
	}

	@ParameterizedTest
	@CsvSource({ "/,/", "/orders,/orders", "/orders/{id},/orders/7", "/orders/{id}/x,/orders/%F0%9F%98%80/x",
			"/a%20b,/a%20b", "/ab,/%61b", "/orders/*,/orders/7", "/**,/", "/**,/a/b", "/orders/**,/orders",
			"/orders/**,/orders/", "/orders/**,/orders/7/8", "/orders/{*rest},/orders/7/8", "/a;v=1,/a;v=1" })
	void matches(String template, String path) {
		assertThat(match(template, path)).isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "/,/a", "/orders,/orders/", "/orders,/Orders", "/orders/{id},/orders", "/orders/{id},/orders/",
			"/orders/{id},/orders/7/8", "/orders/*,/orders/", "/orders/**,/order", "/a/b,/a%2Fb", "/a%2Fb,/a/b" })
	void doesNotMatch(String template, String path) {
		assertThat(match(template, path)).isNull();
	}

	@Test
	void givesVariablesDecoded() {
		assertThat(match("/a/{order-id}/{*rest}", "/a/7%2F8/b/c%20d"))
			.isEqualTo(Map.of("order-id", "7/8", "rest", "b/c d"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/%", "/%4", "/a%zz", "/%C0%A0" })
	void rejectsWrongEscapes(String path) {
		assertThatThrownBy(() -> PathTemplate.segments(path)).isInstanceOf(IllegalArgumentException.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/a{b}", "/a*", "/**/a", "/{*rest}/a" })
	void rejectsWhatIsNoTemplate(String template) {
		assertThatThrownBy(() -> new PathTemplate(template)).isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("'" + template + "'");
	}

}
