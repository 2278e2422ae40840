package io.meshbridge.bridge.test;

import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

class RoutingRulesHouseRulesTests extends HouseRules {

	RoutingRulesHouseRulesTests() {
		super("io.meshbridge.rules");
	}

	@Test
	void routingKnowsNeitherSpringNorBridges() {
		check(ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "io.meshbridge.bridge..")
			.because("which routes match an event is a question of plain Java, asked by tools too"));
	}

}
