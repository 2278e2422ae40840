package io.meshbridge.bridge.amqp10;

import io.meshbridge.bridge.test.HouseRules;

class Amqp10HouseRulesTests extends HouseRules {

	Amqp10HouseRulesTests() {
		super("io.meshbridge.bridge.amqp10");
	}

}
