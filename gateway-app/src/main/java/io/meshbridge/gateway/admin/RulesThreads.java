package io.meshbridge.gateway.admin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

import reactor.core.publisher.Mono;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Where rules are changed: a thread of Reactor's must not wait for a disk, and is
 * interrupted when its client goes away.
 */
@Component
class RulesThreads implements DisposableBean {

	private final ExecutorService threads = Executors.newFixedThreadPool(2, (task) -> {
		Thread thread = new Thread(task, "rules-admin");
		thread.setDaemon(true);
		return thread;
	});

	<T> Mono<T> aside(Supplier<T> answer) {
		return Mono.fromFuture(() -> CompletableFuture.supplyAsync(answer, this.threads));
	}

	@Override
	public void destroy() {
		this.threads.shutdown();
	}

}
