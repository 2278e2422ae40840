package io.meshbridge.bridge.test.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.meshbridge.bridge.test.broker.FreePort;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on the loopback interface that hands on what comes, until it is told to
 * misbehave. Its port stays the same all the time. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {

	private static final Duration WAIT = Duration.ofSeconds(10);

	private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

	private final String name;

	private final int port;

	private final int target;

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/** Guarded by the lock; {@code null} while it refuses connections. */
	private @Nullable ServerSocket listener;

	/** Guarded by the lock. */
	private @Nullable Thread acceptor;

	/** Guarded by the lock. */
	private boolean stalled;

	/** Guarded by the lock. */
	private Duration delay = Duration.ZERO;

	/**
	 * Starts to listen on a free port.
	 * @param name for its threads
	 * @param target port that it connects to, for each connection anew
	 */
	public FaultProxy(String name, int target) {
		this.name = name;
		this.target = target;
		// One that nobody gets by chance while it refuses connections.
		ServerSocket first = listen(FreePort.any());
		this.port = first.getLocalPort();
		accept(first);
	}

	/**
	 * Port that clients connect to.
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Resets every connection, at both ends, and refuses new ones.
	 */
	public void cut() {
		this.lock.lock();
		try {
			ServerSocket closing = this.listener;
			this.listener = null;
			if (closing != null) {
				closing.close();
			}
			reset();
			awaitEnd(this.acceptor);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(this.name + ": port " + this.port + " can't be closed", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The system takes connections for as long as somebody accepts them.
	 */
	private static void awaitEnd(@Nullable Thread accepting) {
		try {
			if (accepting != null) {
				accepting.join(WAIT.toMillis());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Resets every connection, at both ends; new ones are taken at once.
	 */
	public void reset() {
		List.copyOf(this.open).forEach(FaultProxy::reset);
	}

	/**
	 * Keeps connections open, and takes new ones, but hands nothing on.
	 */
	public void stall() {
		set(true, Duration.ZERO);
	}

	/**
	 * Waits before it hands on what it has read, each time and in each direction.
	 */
	public void delay(Duration wait) {
		set(false, wait);
	}

	/**
	 * Ends every fault.
	 */
	public void restore() {
		set(false, Duration.ZERO);
		this.lock.lock();
		try {
			if (this.listener == null) {
				accept(Awaitility.await()
					.atMost(WAIT)
					.ignoreExceptionsMatching((failure) -> failure.getCause() instanceof BindException)
					.until(() -> listen(this.port), (bound) -> true));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void set(boolean toStall, Duration wait) {
		this.lock.lock();
		try {
			this.stalled = toStall;
			this.delay = wait;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private ServerSocket listen(int on) {
		try {
			ServerSocket socket = new ServerSocket();
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(LOOPBACK, on), 100);
			return socket;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(this.name + ": can't listen on port " + on, ex);
		}
	}

	private void accept(ServerSocket socket) {
		this.listener = socket;
		this.acceptor = start("accept", () -> {
			while (true) {
				Socket client = socket.accept();
				this.open.add(client);
				connect(client);
				if (socket.isClosed()) {
					// Came in while it was cut.
					reset(client);
				}
			}
		});
	}

	private void connect(Socket client) {
		Socket server = new Socket();
		this.open.add(server);
		try {
			client.setTcpNoDelay(true);
			server.setTcpNoDelay(true);
			server.connect(new InetSocketAddress(LOOPBACK, this.target), (int) WAIT.toMillis());
		}
		catch (IOException ex) {
			// As if the client had asked the target itself.
			reset(client);
			reset(server);
			this.open.removeAll(List.of(client, server));
			return;
		}
		start("to-server", () -> pump(client, server));
		start("to-client", () -> pump(server, client));
	}

	private void pump(Socket from, Socket to) throws IOException {
		byte[] buffer = new byte[64 * 1024];
		try {
			int length;
			while ((length = from.getInputStream().read(buffer)) >= 0) {
				awaitPassage();
				to.getOutputStream().write(buffer, 0, length);
			}
			awaitPassage();
			to.shutdownOutput();
		}
		catch (IOException ex) {
			// One end broke: the other shall see the same.
			reset(from);
			reset(to);
		}
		finally {
			if (to.isClosed() || from.isOutputShutdown()) {
				this.open.removeAll(List.of(from, to));
				from.close();
				to.close();
			}
		}
	}

	/**
	 * Returns at once while there is no fault.
	 */
	private void awaitPassage() throws IOException {
		this.lock.lock();
		try {
			long rest = this.delay.toNanos();
			while (this.stalled || (rest > 0 && !this.delay.isZero())) {
				rest = this.changed.awaitNanos(this.stalled ? TimeUnit.HOURS.toNanos(1) : rest);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(this.name + ": interrupted", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private static void reset(Socket socket) {
		try {
			// Closed so, the other end gets RST instead of FIN.
			socket.setSoLinger(true, 0);
			socket.close();
		}
		catch (IOException ex) {
			// It is closed already.
			return;
		}
	}

	private Thread start(String what, Work work) {
		Thread thread = new Thread(() -> {
			try {
				work.run();
			}
			catch (IOException ex) {
				// The socket was closed, which ends the thread's work.
				return;
			}
		}, this.name + "-" + what);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	/**
	 * Resets what is open, and listens no more.
	 */
	@Override
	public void close() {
		set(false, Duration.ZERO);
		cut();
	}

	/**
	 * What a thread does until its socket is closed.
	 */
	private interface Work {

		void run() throws IOException;

	}

}
