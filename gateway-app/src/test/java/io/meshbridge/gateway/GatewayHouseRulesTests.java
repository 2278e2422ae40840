package io.meshbridge.gateway;

import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.meshbridge.bridge.test.HouseRules;
import org.junit.jupiter.api.Test;

class GatewayHouseRulesTests extends HouseRules {

	GatewayHouseRulesTests() {
		super("io.meshbridge.gateway");
	}

	@Test
	void knowsNoProtocol() {
		check(ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..", "com.rabbitmq..",
					"org.springframework.amqp..", "org.eclipse.paho..", "reactor.netty..", "org.apache.activemq..")
			.because("a protocol is known in its bridge only, so that a new one is a new folder and nothing else"));
	}

}
