package io.meshbridge.gateway.bindings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.gateway.GatewayApplication;
import io.meshbridge.gateway.queue.Queues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.stream.binder.Binder;
import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a bridge hears of how many targets get the events of one.
 */
class FanOutTests {

	@TempDir
	private Path directory = Path.of(".");

	@Test
	void aBridgeHearsHowManyTargetsTheRouteHas() throws Exception {
		Path routes = Files.writeString(this.directory.resolve("routes.yaml"), """
				delivery: {dead-letter-sink: 'queue:dead'}
				routes:
				  - {id: three, from: 'queue:in', to: ['queue:a', 'queue:b', 'queue:c']}
				  - {id: one, from: 'queue:in', to: 'queue:d'}
				""");
		Listening bridge = new Listening();
		try (ConfigurableApplicationContext gateway = new SpringApplicationBuilder(GatewayApplication.class)
			.web(WebApplicationType.NONE)
			.initializers((context) -> {
				context.getBeanFactory().registerSingleton("queues", new Queues());
				context.getBeanFactory().registerSingleton("listening", bridge);
			})
			.run("--meshbridge.embedded-broker.enabled=false", "--meshbridge.http.enabled=false",
					"--meshbridge.desk.sinks=channels", "--meshbridge.routes-file=" + routes)) {
			assertThat(gateway.isActive()).isTrue();
			await().untilAsserted(() -> assertThat(bridge.fanOut)
				.containsExactlyInAnyOrderEntriesOf(Map.of("a", 3, "b", 3, "c", 3, "d", 1, "dead", 1)));
		}
	}

	/** Carries nothing. */
	private static final class Listening implements Bridge {

		private final Map<String, Integer> fanOut = new ConcurrentHashMap<>();

		@Override
		public String binderType() {
			return "queue";
		}

		@Override
		public void prepare(String binderName, Binder<?, ?, ?> binder) {
		}

		@Override
		public Source source(SourceSpec spec) {
			return new Silent();
		}

		@Override
		public Target target(TargetSpec spec, MessageChannel channel) {
			this.fanOut.put(spec.destination(), spec.fanOut());
			return new Nowhere();
		}

	}

	private static final class Silent implements Source {

		@Override
		public void configure(ConsumerProperties properties) {
		}

		@Override
		public void receive(Message<?> message, Consumer<? super InboundMessage> handler) {
		}

		@Override
		public FlowControl flowControl() {
			return FlowControl.BLOCK;
		}

		@Override
		public void close() {
		}

	}

	private static final class Nowhere implements Target {

		@Override
		public void configure(ProducerProperties properties) {
		}

		@Override
		public CompletableFuture<Void> send(Outbound outbound) {
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public boolean keepsOrder() {
			return true;
		}

		@Override
		public void close() {
		}

	}

}
