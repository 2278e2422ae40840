package io.meshbridge.bench.load;

import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * A server that takes every event posted to it.
 */
public final class HttpSink implements Receiver {

	private final DisposableServer server;

	/**
	 * Starts it.
	 * @param port of 127.0.0.1
	 */
	public HttpSink(int port, Arrivals arrivals) {
		this.server = HttpServer.create()
			.host("127.0.0.1")
			.port(port)
			.handle((request, response) -> request.receive()
				.aggregate()
				.asByteArray()
				.doOnNext(arrivals::arrived)
				.then(Mono.defer(() -> response.status(HttpResponseStatus.NO_CONTENT).send().then())))
			.bindNow();
	}

	@Override
	public @Nullable Throwable failure() {
		return null;
	}

	@Override
	public void close() {
		this.server.disposeNow();
	}

}
