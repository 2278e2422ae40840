package io.meshbridge.bridge.test;

class KitHouseRulesTests extends HouseRules {

	KitHouseRulesTests() {
		super("io.meshbridge.bridge.test");
	}

}
