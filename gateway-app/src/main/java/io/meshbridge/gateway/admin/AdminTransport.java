package io.meshbridge.gateway.admin;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.resources.LoopResources;

/**
 * Serves the admin API over Java's own sockets, on threads of its own. Over Netty's epoll
 * transport some requests on a busy machine were not read before their client gave up,
 * though nothing was under way; where that gets lost is not known.
 */
@Component
class AdminTransport implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory>, DisposableBean {

	private final LoopResources threads = LoopResources.create("admin", 1, 2, true);

	@Override
	public void customize(NettyReactiveWebServerFactory factory) {
		factory.addServerCustomizers((server) -> server.runOn(this.threads, false));
	}

	@Override
	public void destroy() {
		this.threads.dispose();
	}

}
