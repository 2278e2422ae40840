package io.meshbridge.bridge.rabbit;

import io.meshbridge.bridge.test.HouseRules;

class RabbitHouseRulesTests extends HouseRules {

	RabbitHouseRulesTests() {
		super("io.meshbridge.bridge.rabbit");
	}

}
