package io.meshbridge.gateway.ingress;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.gateway.dispatch.EventLog;
import io.meshbridge.gateway.dispatch.EventStory;
import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class SourceIngressTests {

	private final CountDownLatch handing = new CountDownLatch(1);

	private final CountDownLatch release = new CountDownLatch(1);

	private final SourceIngress ingress = ingress(new Waiting());

	@Test
	void knowsWhetherAMessageIsBeingHandedToFormerRoutes() throws Exception {
		Thread source = new Thread(() -> this.ingress.receive(new Message(), FlowControl.PAUSE));
		source.start();
		assertThat(this.handing.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(this.ingress.handsToFormer()).isFalse();
		this.ingress.routes(List.of());
		this.ingress.routes(List.of());
		assertThat(this.ingress.handsToFormer()).isTrue();
		this.release.countDown();
		source.join();
		assertThat(this.ingress.handsToFormer()).isFalse();
	}

	private static SourceIngress ingress(EventLog log) {
		GatewayProperties properties = Binder.get(new MockEnvironment())
			.bindOrCreate("meshbridge", GatewayProperties.class);
		Clock clock = Clock.systemUTC();
		return new SourceIngress("in", "kafka", "kafka:in", properties, new SimpleMeterRegistry(), clock,
				new RecentEvents(properties, clock), log, (full) -> {
				});
	}

	/**
	 * Takes its time over each event.
	 */
	private final class Waiting implements EventLog {

		@Override
		public EventStory received(CloudEvent event, String binding, List<RouteDispatch> routes) {
			SourceIngressTests.this.handing.countDown();
			try {
				SourceIngressTests.this.release.await(30, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return EventStory.NONE;
		}

		@Override
		public void refused(String source, String id, String binding, String reason) {
		}

	}

	private static final class Message implements InboundMessage {

		@Override
		public Content content() {
			return new Content.Event(
					CloudEventBuilder.v1().withId("1").withSource(URI.create("/test")).withType("test").build());
		}

		@Override
		public @Nullable Object orderKey() {
			return null;
		}

		@Override
		public int sizeBytes() {
			return 100;
		}

		@Override
		public void accept() {
		}

		@Override
		public void refuse(Throwable reason) {
		}

	}

}
