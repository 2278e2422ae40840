package io.meshbridge.broker;

import io.meshbridge.bridge.test.HouseRules;

class EmbeddedBrokerHouseRulesTests extends HouseRules {

	EmbeddedBrokerHouseRulesTests() {
		super("io.meshbridge.broker");
	}

}
