package io.meshbridge.bridge.amqp;

import io.meshbridge.bridge.test.HouseRules;

class AmqpHouseRulesTests extends HouseRules {

	AmqpHouseRulesTests() {
		super("io.meshbridge.bridge.amqp");
	}

}
