package io.meshbridge.gateway.routes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpServer;
import io.meshbridge.bridge.test.broker.FreePort;
import io.meshbridge.gateway.GatewayApplication;
import io.meshbridge.gateway.bindings.BindingRegistry;
import io.meshbridge.gateway.bindings.BindingStatus;
import io.meshbridge.gateway.bindings.SourceBinding;
import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.meshbridge.gateway.queue.Queues;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.RouteCompiler;
import io.meshbridge.rules.RouteTable;
import io.meshbridge.rules.YamlSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A target that nobody serves, in a running gateway with durable channels.
 */
@ExtendWith(OutputCaptureExtension.class)
class TargetOutageTests {

	private static final Duration WAIT = Duration.ofSeconds(30);

	private final Queues queues = new Queues();

	private final List<String> taken = new CopyOnWriteArrayList<>();

	private final int port = FreePort.any();

	private @Nullable ConfigurableApplicationContext context;

	private @Nullable HttpServer server;

	@TempDir
	private Path directory = Path.of(".");

	@AfterEach
	void stop() {
		if (this.context != null) {
			this.context.close();
		}
		if (this.server != null) {
			this.server.stop(0);
		}
	}

	@Test
	void aSourceThatFeedsNothingElsePausesAndGoesOnByItself(CapturedOutput output) throws Exception {
		String target = "http://127.0.0.1:" + this.port + "/";
		start("""
				delivery: {backoff-delay: 10ms, backoff-max-delay: 200ms}
				routes:
				  - {id: r, from: 'queue:in', to: '%s'}
				  - {id: s, from: 'queue:other', to: ['%s', 'queue:live']}
				""".formatted(target, target), "--meshbridge.embedded-broker.enabled=false");
		send("in", 1);
		SourceBinding source = Objects.requireNonNull(bindings().sourceNamed("queue:in"));
		await().atMost(WAIT).until(() -> source.status().state() == BindingStatus.State.PAUSED);
		assertThat(source.status().paused()).isFalse();
		assertThat(source.status().problem()).contains("target " + target + " is out: ", "Connection refused");
		assertThat(Objects.requireNonNull(bindings().sourceNamed("queue:other")).status().state())
			.isEqualTo(BindingStatus.State.BOUND);
		RouteDispatch route = gateway().routes().get(0).get(0);
		assertThat(route.targetStates().get(0).name()).isNotEqualTo("up");
		serve();
		await().atMost(WAIT).until(() -> this.taken.equals(List.of("0")));
		await().atMost(WAIT).until(() -> route.targetStates().get(0).name().equals("up"));
		await().atMost(WAIT).until(() -> source.status().state() == BindingStatus.State.BOUND);
		assertThat(route.counters().deadLettered().count()).isZero();
		assertThat(output.getOut().lines().filter((line) -> line.contains("target " + target + " is out")))
			.filteredOn((line) -> line.contains(" WARN "))
			.hasSize(1);
		await().atMost(WAIT)
			.untilAsserted(() -> assertThat(output.getOut()).contains("target " + target + " is back after ",
					"source queue:in: flows again"));
	}

	@Test
	void aTargetOfADurableRouteHoldsNoOtherBack(CapturedOutput output) throws Exception {
		start("""
				delivery: {backoff-delay: 10ms, backoff-max-delay: 200ms}
				routes:
				  - {id: r, from: 'queue:in', accept: durable, to: ['http://127.0.0.1:%d/', 'queue:live']}
				""".formatted(this.port), "--meshbridge.max-in-flight.events=10",
				// Less two seconds, what a route leaves behind is given back then.
				"--spring.lifecycle.timeout-per-shutdown-phase=4s");
		await().atMost(WAIT)
			.until(() -> bindings().status()
				.stream()
				.allMatch((binding) -> binding.state() == BindingStatus.State.BOUND));
		send("in", 100);
		await().atMost(WAIT).until(() -> this.queues.queue("live").size() == 100);
		List<RouteDispatch> stages = gateway().routes().get(0);
		assertThat(stages).hasSize(3);
		assertThat(stages.get(0).counters().matched().count()).isEqualTo(100);
		// A queue has an event before the one who sent it counts that.
		await().atMost(WAIT).until(() -> stages.get(0).counters().delivered().count() == 100);
		await().atMost(WAIT).until(() -> stages.get(1).counters().delivered().count() == 100);
		assertThat(stages.get(1).route().to().get(0).endpoint()).hasToString("http://127.0.0.1:" + this.port + "/");
		await().atMost(WAIT).until(() -> !stages.get(1).targetStates().get(0).name().equals("up"));
		serve();
		await().atMost(WAIT).until(() -> this.taken.size() == 100);
		assertThat(this.taken).containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(String::valueOf).toList());
		await().atMost(WAIT).until(() -> stages.get(1).counters().delivered().count() == 200);
		stopServing();
		send("in", 5);
		await().atMost(WAIT).until(() -> this.queues.queue("live").size() == 105);
		gateway().apply(table("routes: [{id: r, from: 'queue:in', accept: durable, to: 'queue:live'}]"));
		await().atMost(WAIT)
			.untilAsserted(() -> assertThat(output.getOut())
				.containsPattern("channel 'route\\.r': group 'meshbridge\\.http-127-0-0-1-" + this.port
						+ "-\\.[0-9a-f]{8}' holds [1-5] events for a target that its route does not have any more"));
	}

	private void serve() throws IOException {
		HttpServer made = HttpServer.create(new InetSocketAddress("127.0.0.1", this.port), 100);
		made.createContext("/", (exchange) -> {
			this.taken.add(exchange.getRequestHeaders().getFirst("ce-id"));
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		made.start();
		this.server = made;
	}

	private void stopServing() {
		Objects.requireNonNull(this.server).stop(0);
		this.server = null;
	}

	private void send(String queue, int count) {
		for (int i = 0; i < count; i++) {
			this.queues.queue(queue)
				.add(new GenericMessage<>("{}".getBytes(StandardCharsets.UTF_8),
						Map.of("ce-specversion", "1.0", "ce-id", String.valueOf(i), "ce-source", "/shop", "ce-type",
								"order", "ce-partitionkey", "same", "contentType", "application/json")));
		}
	}

	private void start(String routes, String... arguments) throws IOException {
		Path file = Files.writeString(this.directory.resolve("routes.yaml"), routes);
		List<String> all = new ArrayList<>(List.of("--meshbridge.routes-file=" + file,
				"--meshbridge.data-dir=" + this.directory.resolve("data"), "--meshbridge.http.enabled=false",
				"--meshbridge.embedded-broker.mqtt.enabled=false", "--meshbridge.embedded-broker.amqp.enabled=false"));
		all.addAll(List.of(arguments));
		this.context = new SpringApplicationBuilder(GatewayApplication.class).web(WebApplicationType.NONE)
			.initializers((starting) -> starting.getBeanFactory().registerSingleton("queues", this.queues))
			.run(all.toArray(String[]::new));
	}

	private static RouteTable table(String yaml) {
		YamlSettings.RuleFile file = YamlSettings.ruleFile("routes.yaml", yaml);
		EndpointCatalog catalog = new EndpointCatalog(Set.of("queue"), Set.of(), Map.of(), Map.of(), true);
		return RouteTable
			.of(new RouteCompiler(catalog).compile(List.of(Objects.requireNonNull(file.routes())), file.delivery()));
	}

	private Gateway gateway() {
		return Objects.requireNonNull(this.context).getBean(Gateway.class);
	}

	private BindingRegistry bindings() {
		return Objects.requireNonNull(this.context).getBean(BindingRegistry.class);
	}

}
