package io.meshbridge.bridge.amqp10;

import io.meshbridge.bridge.test.BridgeContract;
import io.meshbridge.bridge.test.BridgeHarness;
import io.meshbridge.bridge.test.broker.RabbitTestBroker;
import org.junit.jupiter.api.Assumptions;

/**
 * The contract over RabbitMQ, where it is installed.
 */
class Amqp10RabbitContractTests extends BridgeContract {

	@Override
	protected BridgeHarness harness() {
		Assumptions.assumeFalse(RabbitTestBroker.get().standIn(), "the stand-in for RabbitMQ has no AMQP 1.0");
		return new Amqp10Harness.Rabbit();
	}

}
