package io.meshbridge.bridge.mqtt;

import io.meshbridge.bridge.test.HouseRules;

class MqttHouseRulesTests extends HouseRules {

	MqttHouseRulesTests() {
		super("io.meshbridge.bridge.mqtt");
	}

}
