package io.meshbridge.broker;

import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.persistence.impl.journal.OperationContextImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;

/**
 * Keeps the messages of an MQTT client in order, on their way in and on their way out
 * (<a href= "https://issues.apache.org/jira/browse/ARTEMIS-6191">ARTEMIS-6191</a>).
 * <p>
 * Artemis puts a durable message into its queues, and a packet on the wire, when the
 * journal is done with what came before. It lines that up per operation context, which is
 * bound to a thread. The MQTT handler binds the session's context to the network thread
 * that made the connection, but works on pool threads, one packet after the other though
 * not always on the same thread: each brings whatever context it has, and so messages
 * overtake each other. Here the session's own context is bound to whichever thread works
 * for it.
 */
final class MessageOrder implements ActiveMQServerMessagePlugin {

	private final ActiveMQServer server;

	MessageOrder(ActiveMQServer server) {
		this.server = server;
	}

	@Override
	public void beforeSend(ServerSession session, Transaction tx, Message message, boolean direct,
			boolean noAutoCreateQueue) {
		OperationContextImpl.setContext(session.getSessionContext());
	}

	@Override
	public void beforeDeliver(ServerConsumer consumer, MessageReference reference) {
		ServerSession session = this.server.getSessionByID(consumer.getSessionID());
		if (session != null) {
			OperationContextImpl.setContext(session.getSessionContext());
		}
	}

}
