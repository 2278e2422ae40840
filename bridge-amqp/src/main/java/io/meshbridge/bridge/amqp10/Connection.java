package io.meshbridge.bridge.amqp10;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.client.transport.IOContext;
import org.apache.qpid.protonj2.client.transport.Transport;
import org.apache.qpid.protonj2.client.transport.TransportListener;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.engine.exceptions.EngineStateException;
import org.apache.qpid.protonj2.engine.sasl.client.SaslAuthenticator;
import org.apache.qpid.protonj2.engine.sasl.client.SaslMechanismSelector;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * One network connection with one session to one broker. It is never used again once it
 * is lost: a new one is made instead, so that deliveries of the one can never be settled
 * on the other. The client library's own connection is not used, for its senders and
 * receivers block, have no callbacks, and hide the broker's size limit.
 * <p>
 * The protocol engine belongs to the I/O thread: its objects are touched in
 * {@link #execute(Runnable)} and in its callbacks only. The other methods are
 * thread-safe.
 */
final class Connection implements TransportListener {

	/** Present in an Open that a Close with the reason follows. */
	private static final Symbol FAILED = Symbol.valueOf("amqp:connection-establishment-failed");

	private static final Symbol PRODUCT = Symbol.valueOf("product");

	private static final Symbol VERSION = Symbol.valueOf("version");

	private static final Symbol SHARED_SUBSCRIPTIONS = Symbol.valueOf("SHARED-SUBS");

	private static final long CLOSE_MILLIS = 1000;

	/** Bytes that may wait for the network before no more messages are taken. */
	private static final int OUTGOING_BYTES = 8 * 1024 * 1024;

	private final BrokerAddress address;

	private final Amqp10BrokerProperties properties;

	private final String containerId;

	private final Listener listener;

	private final IOContext io;

	private final Transport transport;

	private final Engine engine = EngineFactory.PROTON.createEngine();

	private final CompletableFuture<Session> opened = new CompletableFuture<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	/** Attachments the broker has not answered; for the I/O thread. */
	private final Map<Link<?>, CompletableFuture<Void>> attaching = new LinkedHashMap<>();

	/** For the I/O thread. */
	private boolean flushDue;

	/** For the I/O thread. */
	private boolean closing;

	private volatile boolean over;

	/**
	 * Nothing is connected before {@link #open()}.
	 */
	Connection(BrokerAddress address, Amqp10BrokerProperties properties, String containerId, IOContext io,
			Listener listener) {
		this.address = address;
		this.properties = properties;
		this.containerId = containerId;
		this.io = io;
		this.listener = listener;
		this.transport = io.newTransport();
	}

	/**
	 * Connects and logs in, and waits for both.
	 * @throws ConnectionException when the broker can't be reached in time or refuses
	 */
	void open() throws ConnectionException {
		String hostname = (this.properties.virtualHost() != null) ? this.properties.virtualHost() : this.address.host();
		this.engine.saslDriver()
			.client()
			.setListener(new SaslAuthenticator(new SaslMechanismSelector(this.properties.mechanisms()),
					new Login(this.properties, hostname, this.transport)));
		this.engine.outputHandler(this::write);
		this.engine.errorHandler((failed) -> fail(reason(failed.failureCause())));
		this.engine.connection()
			.setContainerId(this.containerId)
			.setHostname(hostname)
			.setIdleTimeout(this.properties.idleTimeout().toMillis())
			.setProperties(Map.of(PRODUCT, "Meshbridge"));
		try {
			this.transport.connect(this.address.host(), this.address.port(), this);
		}
		catch (IOException | RuntimeException ex) {
			throw ConnectionException.of(this.address + ": " + ex.getMessage(), ex);
		}
		await(this.opened, "no answer");
	}

	private <T> T await(CompletableFuture<T> future, String problem) throws ConnectionException {
		try {
			return future.get(this.properties.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			abort();
			throw ConnectionException.of(this.address + ": interrupted while connecting", ex);
		}
		catch (ExecutionException ex) {
			abort();
			throw ConnectionException.in((ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (TimeoutException ex) {
			abort();
			throw ConnectionException.of(this.address + ": " + problem + " within " + this.properties.connectTimeout()
					+ " (meshbridge.amqp10.connect-timeout)", ex);
		}
	}

	private void abort() {
		execute(() -> end(null));
	}

	@Override
	public void transportInitialized(Transport initialized) {
		this.engine.configuration().setBufferAllocator(initialized.getBufferAllocator());
	}

	@Override
	public void transportConnected(Transport connected) {
		this.engine.start();
		org.apache.qpid.protonj2.engine.Connection connection = this.engine.connection();
		connection.openHandler(this::opened);
		connection.closeHandler((closed) -> {
			if (this.closing) {
				end(null);
			}
			else {
				fail(ConnectionException.answered(this.address + ": the broker closed the connection",
						closed.getRemoteCondition()));
			}
		});
		connection.tickAuto(this.io.ioScheduler());
		connection.open();
	}

	private void opened(org.apache.qpid.protonj2.engine.Connection connection) {
		Map<Symbol, Object> said = connection.getRemoteProperties();
		if (said != null && said.containsKey(FAILED)) {
			// The reason comes with the Close.
			return;
		}
		Session session = connection.session();
		session.setOutgoingCapacity(OUTGOING_BYTES);
		session.openHandler(this.opened::complete);
		session.closeHandler((ended) -> fail(ConnectionException
			.answered(this.address + ": the broker ended the session", ended.getRemoteCondition())));
		session.open();
	}

	@Override
	public void transportRead(ProtonBuffer incoming) {
		try {
			while (incoming.isReadable() && this.engine.isWritable()) {
				this.engine.ingest(incoming);
			}
		}
		catch (EngineStateException ex) {
			fail(reason(ex));
		}
	}

	@Override
	public void transportError(Throwable cause) {
		fail(reason(cause));
	}

	private ConnectionException reason(@Nullable Throwable cause) {
		if (cause instanceof ConnectionException known) {
			return known;
		}
		ErrorCondition said = this.engine.connection().getRemoteCondition();
		if (said != null) {
			return ConnectionException.answered(this.address + ": the broker closed the connection", said);
		}
		String text = (cause == null) ? "connection lost" : String.valueOf(cause.getMessage());
		return (cause == null) ? ConnectionException.of(this.address + ": " + text)
				: ConnectionException.of(this.address + ": " + text, cause);
	}

	/**
	 * What comes out of the engine leaves when the tasks that are waiting have run, in
	 * one go.
	 */
	private void write(ProtonBuffer output, Runnable written) {
		try {
			this.transport.write(output, written);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		if (!this.flushDue) {
			this.flushDue = true;
			execute(this::flush);
		}
	}

	private void flush() {
		this.flushDue = false;
		try {
			this.transport.flush();
		}
		catch (IOException ex) {
			fail(reason(ex));
		}
	}

	/**
	 * Runs a task on the I/O thread; not at all when the binder is closed.
	 */
	void execute(Runnable task) {
		try {
			this.io.ioScheduler().execute(task);
		}
		catch (RejectedExecutionException ex) {
			this.over = true;
			this.ended.complete(null);
		}
	}

	/**
	 * Runs a task on the I/O thread when the connect timeout is over.
	 */
	void later(Runnable task) {
		later(task, this.properties.connectTimeout().toMillis());
	}

	/**
	 * Runs a task on the I/O thread after a while; not at all when the connection has
	 * ended by then.
	 */
	void later(Runnable task, long millis) {
		try {
			this.io.ioScheduler().schedule(() -> {
				if (!this.over) {
					task.run();
				}
			}, millis, TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			this.over = true;
		}
	}

	/**
	 * Attaches a link to the session, and waits for the broker's answer. From then on the
	 * connection is lost when the link is.
	 * @param maker makes the link and sets it up, on the I/O thread; it is not yet open
	 * @throws ConnectionException when the broker refuses, or does not answer in time
	 */
	void attach(LinkMaker maker) throws ConnectionException {
		CompletableFuture<Void> attached = new CompletableFuture<>();
		Session session = await(this.opened, "no session");
		execute(() -> {
			if (this.over) {
				attached.completeExceptionally(ConnectionException.of(this.address + ": connection lost"));
				return;
			}
			try {
				Link<?> link = maker.make(session);
				this.attaching.put(link, attached);
				watch(link);
				link.open();
			}
			catch (RuntimeException ex) {
				attached.completeExceptionally(ex);
			}
		});
		await(attached, "no answer to the attachment of the link");
	}

	/**
	 * Makes a subscription that stays, if it is not there, and waits for it.
	 * @throws ConnectionException when the broker refuses, or does not answer in time
	 */
	void subscribe(String address, Subscription subscription) throws ConnectionException {
		Session session = await(this.opened, "no session");
		requireSharedSubscriptions();
		CompletableFuture<Void> made = new CompletableFuture<>();
		execute(() -> {
			try {
				Receiver link = session.receiver(subscription.linkName());
				link.setSource(subscription.source(address));
				link.setTarget(new Target().setAddress(link.getName()));
				link.openHandler((opened) -> {
					// Detached, and not closed, which would end the subscription.
					if (opened.getRemoteSource() != null) {
						opened.detach();
					}
				});
				link.detachHandler((detached) -> made.complete(null));
				link.closeHandler((closed) -> made.completeExceptionally(ConnectionException
					.answered(this.address + ": the broker refused a subscription", closed.getRemoteCondition())));
				link.open();
			}
			catch (RuntimeException ex) {
				made.completeExceptionally(ConnectionException.of(this.address + ": " + ex.getMessage(), ex));
			}
		});
		await(made, "no answer to a subscription");
	}

	/**
	 * Makes sure that the broker has subscriptions that several gateways can share; one
	 * that does not know the word would give each of them a queue that goes with it, or
	 * none at all.
	 * @throws ConnectionException when it does not say so
	 */
	void requireSharedSubscriptions() throws ConnectionException {
		Symbol[] offered = this.engine.connection().getRemoteOfferedCapabilities();
		if (offered == null || !List.of(offered).contains(SHARED_SUBSCRIPTIONS)) {
			throw ConnectionException.of(this.address + ": the broker does not offer shared subscriptions ("
					+ SHARED_SUBSCRIPTIONS + "), which a topic with groups needs");
		}
	}

	private <L extends Link<L>> void watch(Link<L> link) {
		link.openHandler((opened) -> {
			// Without a terminus the broker is about to detach it and say why.
			boolean terminus = opened.isSender() ? opened.getRemoteTarget() != null : opened.getRemoteSource() != null;
			CompletableFuture<Void> attached = terminus ? this.attaching.remove(opened) : null;
			if (attached != null) {
				attached.complete(null);
			}
		});
		link.closeHandler(this::detached);
		link.detachHandler(this::detached);
	}

	private void detached(Link<?> link) {
		boolean refused = this.attaching.containsKey(link);
		fail(ConnectionException.answered(
				this.address + (refused ? ": the broker refused the link" : ": the broker detached the link"),
				link.getRemoteCondition()));
	}

	private void fail(ConnectionException reason) {
		execute(() -> end(reason));
	}

	/**
	 * Once, on the I/O thread.
	 * @param reason why, or {@code null} when it was us
	 */
	private void end(@Nullable ConnectionException reason) {
		if (this.over) {
			return;
		}
		this.over = true;
		ConnectionException why = (reason != null) ? reason : ConnectionException.of(this.address + ": closed");
		boolean wasOpen = !this.opened.completeExceptionally(why);
		this.attaching.values().forEach((attached) -> attached.completeExceptionally(why));
		this.attaching.clear();
		try {
			if (this.engine.isRunning()) {
				this.engine.connection().close();
				this.transport.flush();
			}
		}
		catch (IOException | RuntimeException ex) {
			// It is not there any more, which is what we want.
		}
		this.engine.shutdown();
		try {
			this.transport.close();
		}
		catch (IOException | RuntimeException ex) {
			// With TLS the channel closes a little later, and the library can't wait for
			// that on its own thread.
		}
		this.ended.complete(null);
		if (reason != null && wasOpen && !this.closing) {
			this.listener.lost(this, reason);
		}
	}

	/**
	 * Whether the broker can give credit back. RabbitMQ before version 4 answers a drain
	 * in a way that the engine takes for a violation of the protocol. For the I/O thread.
	 */
	boolean drains() {
		Map<Symbol, Object> said = this.engine.connection().getRemoteProperties();
		return said == null || !"RabbitMQ".equals(said.get(PRODUCT))
				|| !String.valueOf(said.get(VERSION)).startsWith("3.");
	}

	/**
	 * Whether nothing can be sent or settled on it any more.
	 */
	boolean over() {
		return this.over;
	}

	BrokerAddress address() {
		return this.address;
	}

	/**
	 * Ends the connection because the broker does not do what it should.
	 */
	void reset(String problem) {
		fail(ConnectionException.of(this.address + ": " + problem));
	}

	/**
	 * Closes it in order, after what was handed to {@link #execute(Runnable)} before.
	 * Returns within two seconds, and must not be called on the I/O thread; does nothing
	 * when already closed.
	 */
	void close() {
		execute(() -> {
			if (this.over) {
				return;
			}
			this.closing = true;
			try {
				this.engine.connection().close();
			}
			catch (RuntimeException ex) {
				end(null);
				return;
			}
			this.io.ioScheduler().schedule(() -> end(null), CLOSE_MILLIS, TimeUnit.MILLISECONDS);
		});
		try {
			this.ended.get(2 * CLOSE_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			abort();
		}
	}

	/**
	 * Makes a link.
	 */
	interface LinkMaker {

		Link<?> make(Session session);

	}

	/**
	 * Hears of the end of a connection that was open.
	 */
	interface Listener {

		/**
		 * The connection or its link is gone and was not closed by us. On the I/O thread.
		 */
		void lost(Connection connection, ConnectionException reason);

	}

}
