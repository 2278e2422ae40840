package io.meshbridge.broker;

import org.apache.activemq.artemis.core.persistence.impl.journal.OperationContextImpl;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.api.core.Message;

/**
 * Keeps the messages of one MQTT client in order
 * (<a href= "https://issues.apache.org/jira/browse/ARTEMIS-6191">ARTEMIS-6191</a>).
 * <p>
 * Artemis adds a durable message to its queues when the journal has it, and lines that up
 * per operation context. The MQTT handler sets the session's context on the network
 * thread that made the connection, but handles the packets on pool threads, one after the
 * other though not always on the same one: each brings a context of its own, and so
 * messages overtake each other. Here the session's context is set on whichever thread
 * sends.
 */
final class PublishOrder implements ActiveMQServerMessagePlugin {

	@Override
	public void beforeSend(ServerSession session, Transaction tx, Message message, boolean direct,
			boolean noAutoCreateQueue) {
		OperationContextImpl.setContext(session.getSessionContext());
	}

}
