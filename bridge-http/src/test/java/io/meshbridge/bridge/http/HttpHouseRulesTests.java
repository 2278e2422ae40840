package io.meshbridge.bridge.http;

import io.meshbridge.bridge.test.HouseRules;

class HttpHouseRulesTests extends HouseRules {

	HttpHouseRulesTests() {
		super("io.meshbridge.bridge.http");
	}

}
