package io.meshbridge.bridge.kafka;

import io.meshbridge.bridge.test.HouseRules;

class KafkaHouseRulesTests extends HouseRules {

	KafkaHouseRulesTests() {
		super("io.meshbridge.bridge.kafka");
	}

}
