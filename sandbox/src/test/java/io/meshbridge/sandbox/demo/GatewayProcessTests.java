package io.meshbridge.sandbox.demo;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GatewayProcessTests {

	@Test
	void namesTheBindingsThatAreNotBound() {
		assertThat(GatewayProcess.unbound("""
				[{"name":"kafka:a","kind":"SOURCE","state":"BOUND","problem":null},
				{"name":"mqtt:plant/+/x","kind":"SOURCE","state":"WAITING","problem":"no broker"},
				{ "name" : "rabbit:b", "state" : "PAUSED" }]""")).containsExactly("mqtt:plant/+/x", "rabbit:b");
	}

	@Test
	void isReadyWhenAllAreBound() {
		assertThat(GatewayProcess.unbound("[{\"name\":\"a\",\"state\":\"BOUND\"}]")).isEmpty();
	}

}
