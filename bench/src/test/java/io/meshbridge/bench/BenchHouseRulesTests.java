package io.meshbridge.bench;

import io.meshbridge.bridge.test.HouseRules;

class BenchHouseRulesTests extends HouseRules {

	BenchHouseRulesTests() {
		super("io.meshbridge.bench");
	}

}
