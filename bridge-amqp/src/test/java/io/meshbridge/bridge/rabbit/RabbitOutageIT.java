package io.meshbridge.bridge.rabbit;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.BoundSource;
import io.meshbridge.bridge.binding.BoundTarget;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The bridge while RabbitMQ is down, or goes down.
 */
class RabbitOutageIT {

	private final RabbitServer server = new RabbitServer();

	private final BlockingQueue<InboundMessage> received = new LinkedBlockingQueue<>();

	private RabbitGateway gateway;

	@BeforeEach
	void openGateway() {
		assumeThat(RabbitServer.installed()).as("rabbitmq-server is installed").isTrue();
		this.gateway = new RabbitGateway(this.server.port(), "spring.cloud.stream.binders.other.type=rabbit",
				"spring.cloud.stream.default-binder=rabbit", "spring.cloud.stream.binders.rabbit.type=rabbit",
				"spring.cloud.stream.binders.other.environment.spring.rabbitmq.host=127.0.0.1",
				"spring.cloud.stream.binders.other.environment.spring.rabbitmq.port=" + this.server.port());
	}

	@AfterEach
	void close() {
		if (this.gateway != null) {
			this.gateway.close();
		}
		this.server.close();
	}

	private static CloudEvent event(int number) {
		return CloudEventBuilder.v1()
			.withId("" + number)
			.withSource(URI.create("/source"))
			.withType("type")
			.withData(new byte[100])
			.build();
	}

	private static String id(InboundMessage message) {
		return ((Content.Event) message.content()).event().getId();
	}

	@Test
	void bindsBeforeTheBrokerIsThereAndWorksWhenItComes() throws Exception {
		BoundSource source = this.gateway.bindSource("orders", "g", this.received::add);
		BoundTarget target = this.gateway.bindTarget("orders");
		CompletableFuture<Void> early = target.target().send(RabbitGateway.binary(event(0)));
		assertThat(early).failsWithin(Duration.ofSeconds(30))
			.withThrowableOfType(ExecutionException.class)
			.havingCause()
			.isInstanceOfSatisfying(SendException.class, (failure) -> {
				assertThat(failure.permanent()).isFalse();
				assertThat(failure.code()).isEqualTo("CONNECTION_LOST");
			});
		assertThat(health()).isEqualTo(Status.DOWN);
		this.server.start();
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.ignoreExceptions()
			.untilAsserted(() -> target.target().send(RabbitGateway.binary(event(1))).get(5, TimeUnit.SECONDS));
		InboundMessage message = this.received.poll(60, TimeUnit.SECONDS);
		assertThat(message).isNotNull();
		assertThat(id(message)).isEqualTo("1");
		message.accept();
		assertThat(health()).isEqualTo(Status.UP);
		source.unbind();
		target.unbind();
	}

	private Status health() {
		CompositeHealthContributor binders = this.gateway.context()
			.getBean("bindersHealthContributor", CompositeHealthContributor.class);
		long start = System.nanoTime();
		Status status = Status.UNKNOWN;
		for (HealthContributors.Entry entry : binders) {
			status = status(entry);
		}
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
		return status;
	}

	private static Status status(HealthContributors.Entry entry) {
		if (entry.contributor() instanceof HealthIndicator indicator) {
			return Objects.requireNonNull(indicator.health(false)).getStatus();
		}
		Status status = Status.UNKNOWN;
		for (HealthContributors.Entry part : (CompositeHealthContributor) entry.contributor()) {
			status = status(part);
		}
		return status;
	}

	@Test
	void unsettledMessagesComeAgainWhenTheBrokerIsKilled() throws Exception {
		this.server.start();
		BoundSource source = this.gateway.bindSource("orders", "g", this.received::add);
		BoundTarget target = this.gateway.bindTarget("orders");
		this.server.keepDeclarations();
		for (int i = 0; i < 20; i++) {
			target.target().send(RabbitGateway.binary(event(i))).get(40, TimeUnit.SECONDS);
		}
		List<InboundMessage> before = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			InboundMessage message = this.received.poll(60, TimeUnit.SECONDS);
			assertThat(message).isNotNull();
			before.add(message);
		}
		this.server.kill();
		before.forEach(InboundMessage::accept);
		this.server.start();
		Set<String> again = new TreeSet<>();
		while (again.size() < 20) {
			InboundMessage message = this.received.poll(60, TimeUnit.SECONDS);
			assertThat(message).as("after %s", again).isNotNull();
			again.add(id(message));
			message.accept();
		}
		target.target().send(RabbitGateway.binary(event(100))).get(40, TimeUnit.SECONDS);
		InboundMessage fresh = this.received.poll(60, TimeUnit.SECONDS);
		assertThat(fresh).isNotNull();
		assertThat(id(fresh)).isEqualTo("100");
		source.unbind();
		target.unbind();
	}

	@Test
	void outstandingSendsFailPromptlyAndNothingConfirmedIsLost() throws Exception {
		this.server.start();
		BoundSource bound = this.gateway.bindSource("orders", "g", (message) -> {
		});
		bound.unbind();
		BoundTarget target = this.gateway.bindTarget("orders");
		this.server.keepDeclarations();
		Set<String> confirmed = new ConcurrentSkipListSet<>();
		AtomicBoolean stop = new AtomicBoolean();
		List<CompletableFuture<Void>> sent = new ArrayList<>();
		CountDownLatch running = new CountDownLatch(1000);
		Thread sending = new Thread(() -> {
			for (int i = 0; !stop.get(); i++) {
				CloudEvent event = event(i);
				CompletableFuture<Void> one = target.target().send(RabbitGateway.binary(event));
				sent.add(one.thenRun(() -> {
					confirmed.add(event.getId());
					running.countDown();
				}));
				while (sent.size() - confirmed.size() > 1000 && !one.isDone() && !stop.get()) {
					Thread.onSpinWait();
				}
			}
		});
		sending.start();
		assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
		this.server.kill();
		stop.set(true);
		sending.join(60_000);
		assertThat(sending.isAlive()).isFalse();
		long start = System.nanoTime();
		for (CompletableFuture<Void> one : sent) {
			try {
				one.get(15, TimeUnit.SECONDS);
			}
			catch (ExecutionException ex) {
				assertThat(ex.getCause()).isInstanceOfSatisfying(SendException.class,
						(failure) -> assertThat(failure.permanent()).isFalse());
			}
		}
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
		this.server.start();
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.ignoreExceptions()
			.untilAsserted(() -> target.target().send(RabbitGateway.binary(event(-1))).get(5, TimeUnit.SECONDS));
		Set<String> stored = new ConcurrentSkipListSet<>();
		BoundSource source = this.gateway.bindSource("orders", "g", (message) -> {
			stored.add(id(message));
			message.accept();
		});
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> stored.contains("-1"));
		assertThat(stored).containsAll(confirmed);
		source.unbind();
		target.unbind();
	}

	@Test
	void closedBrokerApplicationIsAnOutageToo() throws Exception {
		this.server.start();
		BoundSource source = this.gateway.bindSource(new SourceSpec("in", "other", "orders", "g", 100),
				this.received::add);
		BoundTarget target = this.gateway.bindTarget(new TargetSpec("out", "other", "orders"));
		target.target().send(RabbitGateway.binary(event(1))).get(40, TimeUnit.SECONDS);
		this.server.control("stop_app");
		CompletableFuture<Void> failed = target.target().send(RabbitGateway.binary(event(2)));
		assertThat(failed).failsWithin(Duration.ofSeconds(15));
		this.server.control("start_app");
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.ignoreExceptions()
			.untilAsserted(() -> target.target().send(RabbitGateway.binary(event(2))).get(5, TimeUnit.SECONDS));
		Set<String> seen = new TreeSet<>();
		while (!seen.contains("1") || !seen.contains("2")) {
			InboundMessage message = this.received.poll(60, TimeUnit.SECONDS);
			assertThat(message).isNotNull();
			seen.add(id(message));
			message.accept();
		}
		source.unbind();
		target.unbind();
	}

}
