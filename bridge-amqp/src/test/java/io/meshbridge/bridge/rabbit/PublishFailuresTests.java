package io.meshbridge.bridge.rabbit;

import java.net.ConnectException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import io.meshbridge.bridge.SendException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.amqp.AmqpAuthenticationException;
import org.springframework.amqp.AmqpConnectException;

import static org.assertj.core.api.Assertions.assertThat;

class PublishFailuresTests {

	private final PublishFailures failures = new PublishFailures("orders");

	private static ShutdownSignalException channelClosed(int code, String text) {
		return new ShutdownSignalException(false, false,
				new AMQP.Channel.Close.Builder().replyCode(code).replyText(text).classId(60).methodId(40).build(),
				null);
	}

	@ParameterizedTest
	@CsvSource({ "403, ACCESS_REFUSED, true", "404, NOT_FOUND, true", "406, PRECONDITION_FAILED, false",
			"405, RESOURCE_LOCKED, false", "541, INTERNAL_ERROR, false", "599, 599, false" })
	void closedChannelIsClassifiedByItsCode(int code, String name, boolean permanent) {
		SendException failure = this.failures.lost(channelClosed(code, "the text"), 10);
		assertThat(failure.code()).isEqualTo(name);
		assertThat(failure.permanent()).isEqualTo(permanent);
		assertThat(failure).hasMessageContaining("'orders'").hasMessageContaining("the text");
	}

	@Test
	void onlyTheMessageThatIsTooLargeFailsForGood() {
		ShutdownSignalException closed = channelClosed(406,
				"PRECONDITION_FAILED - message size 2000 is larger than configured max size 1000");
		assertThat(this.failures.lost(closed, 2000).permanent()).isTrue();
		assertThat(this.failures.lost(closed, 2000)).hasMessageContaining("1,000 bytes");
		assertThat(this.failures.lost(closed, 1000).permanent()).isFalse();
	}

	@Test
	void lostConnectionIsTransient() {
		ShutdownSignalException closed = new ShutdownSignalException(true, false,
				new AMQP.Connection.Close.Builder().replyCode(320)
					.replyText("CONNECTION_FORCED")
					.classId(0)
					.methodId(0)
					.build(),
				null);
		assertThat(this.failures.lost(closed, 10).permanent()).isFalse();
		assertThat(this.failures.lost(closed, 10).code()).isEqualTo("CONNECTION_LOST");
		assertThat(this.failures.unconnected(new AmqpConnectException(new ConnectException("refused"))).code())
			.isEqualTo("CONNECTION_LOST");
	}

	@Test
	void refusedLoginIsTransientAndNamed() {
		SendException failure = this.failures
			.unconnected(new AmqpAuthenticationException(new AuthenticationFailureException("bad password")));
		assertThat(failure.permanent()).isFalse();
		assertThat(failure.code()).isEqualTo("LOGIN_REFUSED");
	}

	@Test
	void unroutableMessageNamesExchangeAndKey() {
		SendException failure = this.failures.returned(312, "NO_ROUTE", "a.b");
		assertThat(failure.permanent()).isTrue();
		assertThat(failure).hasMessageContaining("'orders'").hasMessageContaining("'a.b'");
	}

}
