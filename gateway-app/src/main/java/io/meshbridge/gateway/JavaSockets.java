package io.meshbridge.gateway;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Has all HTTP go over Java's own sockets, unless {@code -Dreactor.netty.native=true}.
 * Over Netty's epoll transport some requests on a busy machine were not read before their
 * client gave up, though nothing was under way; where that gets lost is not known.
 */
class JavaSockets implements EnvironmentPostProcessor {

	private static final String NATIVE = "reactor.netty.native";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		// Read once, when the first server or client is made.
		if (System.getProperty(NATIVE) == null) {
			System.setProperty(NATIVE, "false");
		}
	}

}
