package io.meshbridge.bridge.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.binding.BoundSource;
import io.meshbridge.bridge.binding.BoundTarget;
import io.meshbridge.bridge.http.inbound.HttpEventServer;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binder.BinderTypeRegistry;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application with the HTTP binder, on a free port, and a client to talk to it.
 */
final class HttpGateway implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final Bindings bindings;

	private final AtomicInteger names = new AtomicInteger();

	private final List<BoundTarget> targets = new ArrayList<>();

	final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(20))
		.build();

	HttpGateway(String... properties) {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("meshbridge.http.port=0", "spring.main.banner-mode=off", "logging.level.root=WARN",
					"meshbridge.http.drain-timeout=2s")
			.properties(properties)
			.run();
		this.bindings = new Bindings(this.context.getBean(BinderFactory.class),
				this.context.getBean(BindingServiceProperties.class), this.context.getBean(BinderTypeRegistry.class),
				List.copyOf(this.context.getBeansOfType(Bridge.class).values()), this.context.getBeanFactory());
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	int port() {
		return bean(HttpEventServer.class).address().getPort();
	}

	URI uri(String path) {
		return URI.create("http://127.0.0.1:" + port() + path);
	}

	BoundSource source(String path, Consumer<? super InboundMessage> handler) {
		return source(path, "group", handler);
	}

	BoundSource source(String path, String group, Consumer<? super InboundMessage> handler) {
		String name = "in" + this.names.incrementAndGet();
		return this.bindings.bindSource(new SourceSpec(name, "http", path, group, 100),
				(message, source) -> handler.accept(message));
	}

	BoundTarget target(String url) {
		return target("http", url);
	}

	BoundTarget target(String binder, String url) {
		BoundTarget target = this.bindings
			.bindTarget(new TargetSpec("out" + this.names.incrementAndGet(), binder, url));
		this.targets.add(target);
		return target;
	}

	static CompletableFuture<Void> send(BoundTarget target, CloudEvent event) {
		return send(target, event, ContentMode.BINARY, Duration.ofSeconds(10));
	}

	static CompletableFuture<Void> send(BoundTarget target, CloudEvent event, ContentMode mode, Duration timeout) {
		return target.target().send(new Outbound(event, null, mode, timeout));
	}

	HttpResponse<String> post(String path, String body, String... headers) throws Exception {
		return this.client.send(request(path, headers).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	HttpRequest.Builder request(String path, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return request;
	}

	void stop() {
		this.context.close();
	}

	@Override
	public void close() {
		this.targets.forEach(BoundTarget::unbind);
		this.context.close();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}
