package io.meshbridge.gateway.admin;

import java.util.concurrent.Executor;

import io.netty.util.internal.ThreadExecutorMap;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Has every answer written by the thread of its connection. When another one wrote it,
 * the next request on a kept connection was not read once in some hundred times, until
 * its client gave up: the server had stopped to read meanwhile and did not go on.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class AnswerThread implements WebFilter {

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		Executor connection = ThreadExecutorMap.currentExecutor();
		if (connection == null) {
			return chain.filter(exchange);
		}
		ServerHttpResponse response = new OnConnection(exchange.getResponse(), Schedulers.fromExecutor(connection));
		return chain.filter(exchange.mutate().response(response).build());
	}

	/**
	 * A response that is written by one thread.
	 */
	private static final class OnConnection extends ServerHttpResponseDecorator {

		private final Scheduler connection;

		OnConnection(ServerHttpResponse delegate, Scheduler connection) {
			super(delegate);
			this.connection = connection;
		}

		@Override
		public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
			return super.writeWith(body).subscribeOn(this.connection);
		}

		@Override
		public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
			return super.writeAndFlushWith(body).subscribeOn(this.connection);
		}

		@Override
		public Mono<Void> setComplete() {
			return super.setComplete().subscribeOn(this.connection);
		}

	}

}
