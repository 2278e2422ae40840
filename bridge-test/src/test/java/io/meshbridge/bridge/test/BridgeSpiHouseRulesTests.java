package io.meshbridge.bridge.test;

import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

class BridgeSpiHouseRulesTests extends HouseRules {

	BridgeSpiHouseRulesTests() {
		super("io.meshbridge.bridge");
	}

	@Test
	void spiKnowsNoProtocol() {
		check(ArchRuleDefinition.noClasses()
			.that()
			.resideInAnyPackage("io.meshbridge.bridge", "io.meshbridge.bridge.binding", "io.meshbridge.bridge.format")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.apache.kafka..", "com.rabbitmq..", "org.springframework.amqp..",
					"org.springframework.kafka..", "org.eclipse.paho..", "io.netty..")
			.because("a protocol is known in its bridge only"));
	}

}
