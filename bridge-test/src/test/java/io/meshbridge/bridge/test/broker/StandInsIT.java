package io.meshbridge.bridge.test.broker;

import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class StandInsIT {

	@Test
	void mqttStartsAgainOnTheSamePort(@TempDir Path folder) {
		TestBroker broker = new MqttInThisJvm(FreePort.any(), folder.resolve("mqtt"));
		broker.start();
		try {
			assertThat(broker.standIn()).isTrue();
			assertThat(FreePort.taken(broker.port())).isTrue();
			broker.stop();
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !FreePort.taken(broker.port()));
			broker.start();
			assertThat(FreePort.taken(broker.port())).isTrue();
		}
		finally {
			broker.dispose();
		}
	}

}
