package io.meshbridge.gateway.admin;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many requests, one after the other, on a connection that its client keeps.
 */
class KeptConnectionTests {

	@Test
	void readsEachRequestThoughAnswersComeFromOtherThreads(@TempDir Path directory) throws Exception {
		try (RunningGateway gateway = new RunningGateway(directory, "routes: []",
				"--meshbridge.embedded-broker.enabled=false")) {
			for (int i = 0; i < 1000; i++) {
				// One that is not read would time out.
				assertThat(gateway.request("GET", "/admin/dead-letters").statusCode()).isEqualTo(200);
			}
		}
	}

}
