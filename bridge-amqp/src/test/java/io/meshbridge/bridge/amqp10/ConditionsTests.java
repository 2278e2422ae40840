package io.meshbridge.bridge.amqp10;

import io.meshbridge.bridge.SendException;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Modified;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ConditionsTests {

	private static SendException rejected(@Nullable String condition) {
		Rejected rejected = new Rejected();
		if (condition != null) {
			rejected.setError(new ErrorCondition(condition, "why"));
		}
		SendException failure = Conditions.failure("orders", rejected);
		assertThat(failure).isNotNull();
		return failure;
	}

	@Test
	void acceptedIsTheOnlySuccess() {
		assertThat(Conditions.failure("orders", Accepted.getInstance())).isNull();
		assertThat(Conditions.failure("orders", null)).isNotNull().matches((failure) -> !failure.permanent());
	}

	@Test
	void whatComesBackIsTriedAgain() {
		assertThat(Conditions.failure("orders", Released.getInstance())).isNotNull()
			.matches((failure) -> !failure.permanent())
			.hasMessage("orders: the broker gave the message back (released)");
		assertThat(Conditions.failure("orders", new Modified().setDeliveryFailed(true))).isNotNull()
			.matches((failure) -> !failure.permanent())
			.hasMessage("orders: the broker gave the message back (modified, delivery failed)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "amqp:not-found", "amqp:unauthorized-access", "amqp:not-allowed", "amqp:decode-error",
			"amqp:link:message-size-exceeded" })
	void rejectedForGood(String condition) {
		assertThat(rejected(condition)).matches(SendException::permanent)
			.hasMessage("orders: the broker rejected the message: " + condition + " (why)")
			.returns(condition, SendException::code);
	}

	@ParameterizedTest
	@ValueSource(strings = { "amqp:resource-limit-exceeded", "amqp:internal-error", "failed", "x-opt:own" })
	void rejectedForNow(String condition) {
		assertThat(rejected(condition)).matches((failure) -> !failure.permanent())
			.returns(condition, SendException::code);
	}

	@Test
	void rejectedWithoutAReasonIsTheMessagesOwnFault() {
		assertThat(rejected(null)).matches(SendException::permanent).returns("REJECTED", SendException::code);
	}

	@Test
	void aLostLinkIsPermanentWhereTheAddressIsAtFault() {
		ConnectionException missing = ConnectionException.answered("amqp://broker:5672: the broker refused the link",
				new ErrorCondition("amqp:not-found", "no queue"));
		assertThat(Conditions.lost("orders", missing, false)).matches(SendException::permanent)
			.hasMessage("orders: amqp://broker:5672: the broker refused the link: amqp:not-found (no queue)");
		assertThat(Conditions.lost("orders", ConnectionException.of("gone"), true))
			.matches((failure) -> !failure.permanent())
			.returns("CONNECTION_LOST", SendException::code);
	}

	@Test
	void aLostLinkTellsOfAMessageOnlyWhenThereWasOneOnly() {
		ConnectionException tooLarge = ConnectionException.answered("amqp://broker:5672: the broker detached the link",
				new ErrorCondition("amqp:link:message-size-exceeded", null));
		assertThat(Conditions.lost("orders", tooLarge, true)).matches(SendException::permanent);
		assertThat(Conditions.lost("orders", tooLarge, false)).matches((failure) -> !failure.permanent());
	}

}
