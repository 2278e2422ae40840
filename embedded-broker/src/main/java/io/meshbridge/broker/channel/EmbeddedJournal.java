package io.meshbridge.broker.channel;

import java.util.Map;
import java.util.function.Supplier;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.core.remoting.impl.invm.InVMConnectorFactory;
import org.apache.activemq.artemis.core.remoting.impl.invm.TransportConstants;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from the gateway to the embedded broker's journal: sessions inside the JVM,
 * without a port or a password. Thread-safe.
 */
public final class EmbeddedJournal implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedJournal.class);

	/** Larger events are streamed to a file of their own. */
	private static final int LARGE_BYTES = 1024 * 1024;

	private final Supplier<ActiveMQServer> server;

	private final int serverId;

	private final Supplier<@Nullable String> refusal;

	/** Guarded by this. */
	private @Nullable ServerLocator locator;

	private @Nullable ClientSessionFactory sessions;

	/**
	 * @param server the running broker; throws while there is none
	 * @param serverId of its listener inside the JVM
	 * @param refusal why nothing can be stored at the moment; supplies {@code null} while
	 * it can
	 */
	public EmbeddedJournal(Supplier<ActiveMQServer> server, int serverId, Supplier<@Nullable String> refusal) {
		this.server = server;
		this.serverId = serverId;
		this.refusal = refusal;
	}

	ActiveMQServer server() {
		return this.server.get();
	}

	/**
	 * A session of its own, in which each event is stored and each is settled by itself.
	 */
	synchronized ClientSession openSession() {
		try {
			if (this.sessions == null) {
				this.sessions = connect();
			}
			return this.sessions.createSession(false, true, true, false);
		}
		catch (ActiveMQException ex) {
			throw new IllegalStateException("embedded broker: " + ex.getMessage(), ex);
		}
	}

	private ClientSessionFactory connect() throws ActiveMQException {
		ServerLocator made = ActiveMQClient.createServerLocatorWithoutHA(new TransportConfiguration(
				InVMConnectorFactory.class.getName(), Map.of(TransportConstants.SERVER_ID_PROP_NAME, this.serverId)));
		// A reader waits in its thread while the gateway has as much as it may.
		made.setUseGlobalPools(false);
		made.setThreadPoolMaxSize(-1);
		made.setMinLargeMessageSize(LARGE_BYTES);
		// Nothing waits in the caller's thread: the answer to a send comes when the event
		// is on disk, and the gateway bounds what is under way.
		made.setBlockOnDurableSend(false);
		made.setBlockOnAcknowledge(false);
		made.setProducerWindowSize(-1);
		made.setConfirmationWindowSize(1024 * 1024);
		made.setConnectionTTL(-1);
		made.setClientFailureCheckPeriod(-1);
		made.setReconnectAttempts(0);
		this.locator = made;
		try {
			return made.createSessionFactory();
		}
		catch (ActiveMQException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("embedded broker: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Why nothing can be stored at the moment, or {@code null}.
	 */
	@Nullable String full() {
		return this.refusal.get();
	}

	@Override
	public synchronized void close() {
		if (this.sessions != null) {
			this.sessions.close();
			this.sessions = null;
		}
		if (this.locator != null) {
			this.locator.close();
			this.locator = null;
		}
	}

	/**
	 * Ends a session; what it had confirmed is on disk, the rest comes again.
	 */
	static void close(ClientSession session) {
		try {
			session.close();
		}
		catch (ActiveMQException ex) {
			logger.debug("A session of the embedded broker did not end in order", ex);
		}
	}

}
