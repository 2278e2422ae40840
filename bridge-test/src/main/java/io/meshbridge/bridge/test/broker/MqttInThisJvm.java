package io.meshbridge.bridge.test.broker;

import java.nio.file.Path;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for Mosquitto: Artemis with its MQTT listener and a journal on disk.
 */
final class MqttInThisJvm implements TestBroker {

	private final int port;

	private final Path folder;

	private @Nullable EmbeddedActiveMQ server;

	MqttInThisJvm(int port, Path folder) {
		this.port = port;
		this.folder = folder;
	}

	@Override
	public String description() {
		return "stand-in in this JVM (Artemis), port " + this.port;
	}

	@Override
	public boolean standIn() {
		return true;
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public void start() {
		if (this.server != null) {
			return;
		}
		try {
			EmbeddedActiveMQ starting = new EmbeddedActiveMQ();
			starting.setConfiguration(configuration());
			starting.start();
			this.server = starting;
		}
		catch (Exception ex) {
			throw new IllegalStateException(description() + " does not start", ex);
		}
	}

	private ConfigurationImpl configuration() throws Exception {
		ConfigurationImpl configuration = new ConfigurationImpl();
		configuration.setName("mqtt-" + this.port);
		configuration.setPersistenceEnabled(true);
		configuration.setJournalType(JournalType.NIO);
		configuration.setJournalDirectory(this.folder.resolve("journal").toString());
		configuration.setBindingsDirectory(this.folder.resolve("bindings").toString());
		configuration.setPagingDirectory(this.folder.resolve("paging").toString());
		configuration.setLargeMessagesDirectory(this.folder.resolve("large").toString());
		configuration.setSecurityEnabled(false);
		configuration.setJMXManagementEnabled(false);
		configuration.addAddressSetting("#",
				new AddressSettings().setMaxDeliveryAttempts(-1)
					.setAutoDeleteQueues(false)
					.setAutoDeleteAddresses(false));
		configuration.registerBrokerPlugin(new Forbid());
		configuration.addAcceptorConfiguration("mqtt",
				"tcp://" + FreePort.HOST + ":" + this.port
						+ "?protocols=MQTT;useEpoll=false;useKQueue=false;maximumPacketSize="
						+ MosquittoTestBroker.MAX_PACKET_BYTES);
		return configuration;
	}

	@Override
	public void stop() {
		EmbeddedActiveMQ running = this.server;
		this.server = null;
		if (running != null) {
			try {
				running.stop();
			}
			catch (Exception ex) {
				throw new IllegalStateException(description() + " does not stop", ex);
			}
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

	@Override
	public void dispose() {
		stop();
		BrokerProcess.delete(this.folder);
	}

	/**
	 * Nobody may publish to the forbidden topic.
	 */
	private static final class Forbid implements ActiveMQServerMessagePlugin {

		@Override
		public void beforeSend(ServerSession session, Transaction tx, Message message, boolean direct,
				boolean noAutoCreateQueue) throws ActiveMQException {
			if (String.valueOf(message.getAddress()).startsWith(MosquittoTestBroker.FORBIDDEN_TOPIC)) {
				throw new ActiveMQSecurityException("forbidden");
			}
		}

	}

}
