package io.meshbridge.broker;

import org.apache.activemq.artemis.core.security.CheckType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ReservedAddressesTests {

	@ParameterizedTest
	@EnumSource(names = { "SEND", "CREATE_ADDRESS", "DELETE_ADDRESS", "CREATE_DURABLE_QUEUE", "DELETE_DURABLE_QUEUE",
			"CREATE_NON_DURABLE_QUEUE", "DELETE_NON_DURABLE_QUEUE", "MANAGE", "VIEW", "EDIT" })
	void nobodyWritesToAChannelOrChangesIt(CheckType action) {
		assertThat(ReservedAddresses.allows(action, "$channel.orders", true)).isFalse();
		assertThat(ReservedAddresses.allows(action, "$channel.orders::$channel.orders/g", true)).isFalse();
		assertThat(ReservedAddresses.allows(action, "$channel.orders", false)).isFalse();
	}

	@Test
	void aGroupOfAChannelMayBeRead() {
		assertThat(ReservedAddresses.allows(CheckType.CONSUME, "$channel.orders::$channel.orders/g", true)).isTrue();
		assertThat(ReservedAddresses.allows(CheckType.BROWSE, "$channel.orders::$channel.orders/g", true)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "$sys.mqtt.sessions", "activemq.management", "activemq.notifications" })
	void whatIsTheBrokersIsNobodyElses(String address) {
		for (CheckType action : CheckType.values()) {
			assertThat(ReservedAddresses.allows(action, address, true)).as(action + "").isFalse();
		}
	}

	@Test
	void wildcardsOfArtemisDoNotReachChannels() {
		assertThat(ReservedAddresses.allows(CheckType.CREATE_DURABLE_QUEUE, "#", true)).isFalse();
		assertThat(ReservedAddresses.allows(CheckType.CREATE_ADDRESS, "*.orders", true)).isFalse();
		assertThat(ReservedAddresses.allows(CheckType.CREATE_DURABLE_QUEUE, "#", false)).isTrue();
		assertThat(ReservedAddresses.allows(CheckType.CREATE_DURABLE_QUEUE, "plant.#", true)).isTrue();
	}

	@Test
	void theRestIsFree() {
		assertThat(ReservedAddresses.allows(CheckType.SEND, "plant.a", true)).isTrue();
		assertThat(ReservedAddresses.allows(CheckType.CREATE_ADDRESS, "plant.a", true)).isTrue();
		assertThat(ReservedAddresses.allows(CheckType.CONSUME, "plant.a", false)).isTrue();
		assertThat(ReservedAddresses.allows(CheckType.MANAGE, "plant.a", false)).isFalse();
	}

}
