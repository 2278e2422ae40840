package io.meshbridge.bridge.test;

class SandboxHouseRulesTests extends HouseRules {

	SandboxHouseRulesTests() {
		super("io.meshbridge.sandbox");
	}

}
