package io.meshbridge.bridge.test.broker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.test.fault.FaultProxy;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class KafkaProcessIT {

	@Test
	void livesBehindAProxyAndKeepsItsDataWhenItIsKilled() throws Exception {
		int proxied = FreePort.any();
		try (FaultProxy proxy = new FaultProxy("kafka", proxied)) {
			TestBroker broker = KafkaTestBroker.behindProxy(proxied, proxy.port());
			broker.start();
			try (Admin direct = admin(broker.port()); Admin over = admin(proxy.port())) {
				over.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get(60, TimeUnit.SECONDS);
				assertThat(over.describeCluster().nodes().get(60, TimeUnit.SECONDS)).singleElement()
					.satisfies((node) -> assertThat(node.port()).isEqualTo(proxy.port()));
				assertThat(direct.describeCluster().nodes().get(60, TimeUnit.SECONDS)).singleElement()
					.satisfies((node) -> assertThat(node.port()).isEqualTo(broker.port()));
				broker.kill();
				assertThat(FreePort.taken(broker.port())).isFalse();
				broker.start();
				Awaitility.await()
					.atMost(Duration.ofSeconds(60))
					.ignoreExceptions()
					.untilAsserted(
							() -> assertThat(over.listTopics().names().get(10, TimeUnit.SECONDS)).contains("kept"));
			}
			finally {
				broker.dispose();
			}
		}
	}

	private static Admin admin(int port) {
		return Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port));
	}

}
