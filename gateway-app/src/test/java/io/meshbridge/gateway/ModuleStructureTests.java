package io.meshbridge.gateway;

import org.junit.jupiter.api.Test;

import org.springframework.modulith.core.ApplicationModules;

class ModuleStructureTests {

	@Test
	void packagesUseEachOtherInOneDirectionAndThroughTheirPublicTypes() {
		ApplicationModules.of(GatewayApplication.class).verify();
	}

}
