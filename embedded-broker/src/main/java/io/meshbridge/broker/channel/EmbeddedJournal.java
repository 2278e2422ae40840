package io.meshbridge.broker.channel;

import java.util.function.Supplier;

import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.persistence.impl.journal.OperationContextImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.jspecify.annotations.Nullable;

/**
 * The way from the gateway to the embedded broker's journal: calls inside the JVM, as the
 * broker's own protocols make them. Thread-safe.
 */
public final class EmbeddedJournal {

	private final Supplier<ActiveMQServer> server;

	private final Supplier<@Nullable String> refusal;

	/**
	 * @param server the running broker; throws while there is none
	 * @param refusal why nothing can be stored at the moment; supplies {@code null} while
	 * it can
	 */
	public EmbeddedJournal(Supplier<ActiveMQServer> server, Supplier<@Nullable String> refusal) {
		this.server = server;
		this.refusal = refusal;
	}

	ActiveMQServer server() {
		return this.server.get();
	}

	/**
	 * Why nothing can be stored at the moment, or {@code null}.
	 */
	@Nullable String full() {
		return this.refusal.get();
	}

	/**
	 * What this thread writes from now on is lined up here. The broker looks that up by
	 * thread, and ours come from elsewhere: without it they would share whatever order
	 * the last of its own tasks has left.
	 * @return what {@link #leave} needs
	 */
	static @Nullable OperationContext enter(OperationContext order) {
		OperationContext before = OperationContextImpl.getContext();
		OperationContextImpl.setContext(order);
		return before;
	}

	static void leave(@Nullable OperationContext before) {
		OperationContextImpl.setContext(before);
	}

}
