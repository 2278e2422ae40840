package io.meshbridge.bridge.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.binding.BoundTarget;
import io.meshbridge.bridge.http.inbound.HttpEventServer;
import io.meshbridge.bridge.http.inbound.PortUnavailableException;
import io.meshbridge.bridge.test.broker.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binder.Binding;
import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

class HttpServerLifecycleTests {

	private static final CloudEvent EVENT = CloudEventBuilder.v1()
		.withId("1")
		.withSource(URI.create("/s"))
		.withType("t")
		.withData("text/plain", "hi".getBytes(StandardCharsets.UTF_8))
		.build();

	@Test
	void saysWhichPortIsTakenAndWhatChangesIt() throws Exception {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Throwable failure = catchThrowable(() -> new HttpGateway("meshbridge.http.port=" + taken.getLocalPort()));
			assertThat(failure).hasRootCauseInstanceOf(IOException.class);
			FailureAnalysis analysis = new PortUnavailableFailureAnalyzer().analyze(failure);
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("127.0.0.1 port " + taken.getLocalPort());
			assertThat(analysis.getAction()).contains("meshbridge.http.port");
			assertThat(analysis.getCause()).isInstanceOf(PortUnavailableException.class);
		}
	}

	@Test
	void namesThePropertyThatIsOutOfRange() {
		assertThat(catchThrowable(() -> new HttpGateway("meshbridge.http.port=70000")))
			.hasStackTraceContaining("meshbridge.http.port: '70000' is not allowed, expected 0 to 65535");
	}

	@Test
	void opensThePortWithTheFirstSourceWhenNotEnabled() throws Exception {
		try (HttpGateway gateway = new HttpGateway("meshbridge.http.enabled=false")) {
			assertThat(gateway.bean(HttpEventServer.class).isRunning()).isFalse();
			gateway.source("/a", InboundMessage::accept);
			assertThat(gateway.post("/a", "x").statusCode()).isEqualTo(202);
		}
	}

	@Test
	void leavesItsPortWhenItStops() {
		try (HttpGateway gateway = new HttpGateway("meshbridge.http.port=" + FreePort.any())) {
			HttpEventServer server = gateway.bean(HttpEventServer.class);
			for (int i = 0; i < 20; i++) {
				server.stop();
				server.start();
			}
			assertThat(server.isRunning()).isTrue();
		}
	}

	@Test
	void reportsTheServerInHealth() {
		HttpGateway gateway = new HttpGateway();
		HttpMessageChannelBinder binder = (HttpMessageChannelBinder) gateway.bean(BinderFactory.class)
			.getBinder("http", MessageChannel.class);
		HttpBinderHealthIndicator indicator = new HttpBinderHealthIndicator(binder);
		Health up = indicator.health();
		assertThat(up.getStatus()).isEqualTo(Status.UP);
		assertThat(up.getDetails()).containsEntry("port", gateway.port());
		gateway.bean(HttpEventServer.class).stop();
		assertThat(indicator.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		gateway.close();
	}

	@Test
	void servesAndTrustsCertificatesOfSslBundles(@TempDir Path folder) throws Exception {
		Path store = folder.resolve("server.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
				"SAN=dns:localhost", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", "changeit")
			.redirectErrorStream(true)
			.redirectOutput(folder.resolve("keytool.log").toFile())
			.start();
		assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
		Queue<InboundMessage> received = new ConcurrentLinkedQueue<>();
		String bundle = "spring.ssl.bundle.jks.events.";
		try (HttpGateway gateway = new HttpGateway("meshbridge.http.ssl-bundle=events",
				bundle + "keystore.location=file:" + store, bundle + "keystore.password=changeit",
				bundle + "truststore.location=file:" + store, bundle + "truststore.password=changeit",
				"spring.cloud.stream.binders.http.type=http", "spring.cloud.stream.binders.tls.type=http",
				"spring.cloud.stream.binders.tls.environment.meshbridge.http.client.ssl-bundle=events")) {
			gateway.source("/a", (message) -> {
				received.add(message);
				message.accept();
			});
			HttpClient client = HttpClient.newBuilder().sslContext(trusting(store)).build();
			URI localhost = URI.create("https://localhost:" + gateway.port() + "/a");
			HttpRequest post = HttpRequest.newBuilder(localhost).POST(HttpRequest.BodyPublishers.ofString("x")).build();
			assertThat(client.send(post, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(202);
			HttpGateway.send(gateway.target("tls", localhost.toString()), EVENT).get(10, TimeUnit.SECONDS);
			assertThat(received).hasSize(2);
			assertTlsFailure(gateway, "tls", "https://127.0.0.1:" + gateway.port() + "/a");
			assertTlsFailure(gateway, "http", localhost.toString());
		}
	}

	private static void assertTlsFailure(HttpGateway gateway, String binder, String url) {
		assertThatThrownBy(() -> HttpGateway.send(gateway.target(binder, url), EVENT).get(10, TimeUnit.SECONDS))
			.isInstanceOf(ExecutionException.class)
			.cause()
			.isInstanceOfSatisfying(SendException.class, (failure) -> {
				assertThat(failure.code()).isEqualTo("TLS");
				assertThat(failure.permanent()).isFalse();
			});
	}

	private static SSLContext trusting(Path store) throws Exception {
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(store)) {
			keys.load(in, "changeit".toCharArray());
		}
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(keys);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, trust.getTrustManagers(), null);
		return context;
	}

	@Test
	void carriesEventsFromTargetToSourceOnItsOwnEventLoops() throws Exception {
		Queue<CloudEvent> received = new ConcurrentLinkedQueue<>();
		try (HttpGateway gateway = new HttpGateway()) {
			gateway.source("/end", (message) -> {
				received.add(((Content.Event) message.content()).event());
				message.accept();
			});
			BoundTarget end = gateway.target(gateway.uri("/end").toString());
			gateway.source("/start", (message) -> HttpGateway.send(end, ((Content.Event) message.content()).event())
				.whenComplete((done, failure) -> {
					if (failure == null) {
						message.accept();
					}
					else {
						message.refuse(failure);
					}
				}));
			HttpGateway.send(gateway.target(gateway.uri("/start").toString()), EVENT).get(10, TimeUnit.SECONDS);
			assertThat(received).containsExactly(EVENT);
		}
	}

	@Test
	@SuppressWarnings("unchecked")
	void isAnOrdinaryBinderForOtherUsers() throws Exception {
		try (HttpGateway gateway = new HttpGateway()) {
			HttpMessageChannelBinder binder = (HttpMessageChannelBinder) gateway.bean(BinderFactory.class)
				.getBinder("http", MessageChannel.class);
			Queue<Message<?>> received = new ConcurrentLinkedQueue<>();
			DirectChannel in = new DirectChannel();
			in.subscribe((message) -> {
				if (message.getHeaders().get("ce-id") == null) {
					throw new IllegalStateException("no event");
				}
				received.add(message);
			});
			Binding<MessageChannel> consumer = binder.bindConsumer("/in", "g", in, new ConsumerProperties());
			DirectChannel out = new DirectChannel();
			ProducerProperties properties = new ProducerProperties();
			properties.populateBindingName("out");
			Binding<MessageChannel> producer = binder.bindProducer(gateway.uri("/in").toString(), out, properties);
			out.send(MessageBuilder.withPayload("hi".getBytes(StandardCharsets.UTF_8))
				.copyHeaders(Map.of("ce-id", "1", "contentType", "text/plain"))
				.build());
			Message<byte[]> message = (Message<byte[]>) received.remove();
			assertThat(message.getPayload()).isEqualTo("hi".getBytes(StandardCharsets.UTF_8));
			assertThat(message.getHeaders()).containsEntry("contentType", "text/plain")
				.containsEntry("ce-id", "1")
				.containsEntry("http_path", "/in");
			assertThatThrownBy(() -> out.send(MessageBuilder.withPayload("x").build()))
				.hasStackTraceContaining("answered 503");
			consumer.unbind();
			assertThatThrownBy(() -> out.send(MessageBuilder.withPayload("x").build()))
				.hasStackTraceContaining("answered 404");
			producer.unbind();
		}
	}

	@Test
	void closesIdleConnectionsWhenItStops() throws Exception {
		HttpGateway gateway = new HttpGateway("meshbridge.http.drain-timeout=60s");
		try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
			socket.setSoTimeout(30_000);
			socket.getOutputStream()
				.write("POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
					.getBytes(StandardCharsets.US_ASCII));
			assertThat(socket.getInputStream().read()).isEqualTo('H');
			long start = System.nanoTime();
			gateway.close();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains(" 404 ");
		}
	}

}
