package io.meshbridge.bridge.amqp10;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import io.meshbridge.bridge.test.broker.FreePort;
import io.meshbridge.bridge.test.broker.TestBroker;
import io.meshbridge.broker.EmbeddedBrokerAutoConfiguration;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ReflectionUtils;

/**
 * The gateway's embedded broker as it is, in this JVM, with its journal in a folder of
 * its own, and one address that nobody may send to.
 */
final class EmbeddedAmqp implements TestBroker {

	static final String FORBIDDEN = "forbidden";

	private final int port = FreePort.any();

	private final Path folder;

	private @Nullable ConfigurableApplicationContext context;

	EmbeddedAmqp() {
		try {
			this.folder = Files.createTempDirectory("meshbridge-embedded-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String description() {
		return "embedded broker, port " + this.port;
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public void start() {
		if (this.context != null) {
			return;
		}
		ConfigurableApplicationContext started = new SpringApplicationBuilder(EmbeddedBrokerAutoConfiguration.class)
			.web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.logStartupInfo(false)
			.run("--spring.main.banner-mode=off", "--logging.level.root=warn",
					"--spring.config.location=optional:classpath:/no-files/",
					"--meshbridge.embedded-broker.enabled=true", "--meshbridge.embedded-broker.mqtt.enabled=false",
					"--meshbridge.embedded-broker.amqp.port=" + this.port, "--meshbridge.data-dir=" + this.folder);
		Object broker = started.getBean("embeddedBroker");
		server(broker).registerBrokerPlugin(new Forbid());
		this.context = started;
	}

	private static ActiveMQServer server(Object broker) {
		Field field = Objects.requireNonNull(ReflectionUtils.findField(broker.getClass(), "server"));
		field.setAccessible(true);
		return (ActiveMQServer) Objects.requireNonNull(ReflectionUtils.getField(field, broker));
	}

	@Override
	public void stop() {
		ConfigurableApplicationContext running = this.context;
		this.context = null;
		if (running != null) {
			running.close();
		}
	}

	@Override
	public void suspend() {
		stop();
	}

	@Override
	public void resume() {
		start();
	}

	/**
	 * Nobody may send to the forbidden address.
	 */
	private static final class Forbid implements ActiveMQServerMessagePlugin {

		@Override
		public void beforeSend(ServerSession session, Transaction tx, Message message, boolean direct,
				boolean noAutoCreateQueue) throws ActiveMQException {
			if (String.valueOf(message.getAddress()).equals(FORBIDDEN)) {
				throw new ActiveMQSecurityException("nobody may send to " + FORBIDDEN);
			}
		}

	}

}
