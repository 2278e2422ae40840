package io.meshbridge.bridge.amqp10;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.exceptions.EngineStateException;
import org.apache.qpid.protonj2.engine.sasl.SaslOutcome;
import org.apache.qpid.protonj2.engine.sasl.SaslServerContext;
import org.apache.qpid.protonj2.engine.sasl.SaslServerListener;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.transport.AMQPHeader;
import org.jspecify.annotations.Nullable;

/**
 * A server that notes how its clients log in, and takes their links. It is no broker: it
 * gives no credit.
 */
final class SaslPeer implements AutoCloseable {

	private final ServerSocket listener;

	private final String[] mechanisms;

	private final BlockingQueue<Login> logins = new LinkedBlockingQueue<>();

	private final List<Socket> open = new CopyOnWriteArrayList<>();

	/**
	 * @param tls the key, and whom to trust: clients must show a certificate; or
	 * {@code null}
	 * @param mechanisms to offer, in order
	 */
	SaslPeer(@Nullable SSLContext tls, String... mechanisms) throws IOException {
		this.mechanisms = mechanisms;
		InetAddress loopback = InetAddress.getByName("127.0.0.1");
		if (tls == null) {
			this.listener = new ServerSocket(0, 10, loopback);
		}
		else {
			SSLServerSocket encrypted = (SSLServerSocket) tls.getServerSocketFactory()
				.createServerSocket(0, 10, loopback);
			encrypted.setNeedClientAuth(true);
			this.listener = encrypted;
		}
		start(this::listen);
	}

	/**
	 * How somebody came in.
	 *
	 * @param response the first thing said
	 * @param certificate subject of the certificate that was shown
	 */
	record Login(String mechanism, String response, @Nullable String certificate) {
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "sasl-peer");
		thread.setDaemon(true);
		thread.start();
	}

	private void listen() {
		try {
			while (true) {
				Socket socket = this.listener.accept();
				this.open.add(socket);
				start(() -> serve(socket));
			}
		}
		catch (IOException ex) {
			// Closed.
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			Engine engine = EngineFactory.PROTON.createEngine();
			OutputStream output = socket.getOutputStream();
			engine.outputHandler((ProtonBuffer bytes) -> write(output, bytes));
			engine.errorHandler((failed) -> {
			});
			engine.saslDriver().server().setListener(new Welcome(socket));
			engine.connection().openHandler((connection) -> connection.open());
			engine.connection().sessionOpenHandler((session) -> session.open());
			engine.connection().receiverOpenHandler(SaslPeer::take);
			engine.start();
			InputStream input = socket.getInputStream();
			byte[] bytes = new byte[8192];
			for (int count = input.read(bytes); count > 0; count = input.read(bytes)) {
				engine.ingest(ProtonBufferAllocator.defaultAllocator().copy(bytes, 0, count));
			}
		}
		catch (IOException | UncheckedIOException | EngineStateException ex) {
			// The client has gone.
		}
	}

	private static void write(OutputStream output, ProtonBuffer bytes) {
		try {
			byte[] copy = new byte[bytes.getReadableBytes()];
			bytes.readBytes(copy, 0, copy.length);
			output.write(copy);
			output.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void take(Receiver link) {
		link.setSource(link.getRemoteSource());
		Target target = link.getRemoteTarget();
		link.setTarget(target);
		link.open();
	}

	String authority() {
		return "localhost:" + this.listener.getLocalPort();
	}

	BlockingQueue<Login> logins() {
		return this.logins;
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		for (Socket socket : this.open) {
			socket.close();
		}
	}

	/**
	 * Lets everybody in.
	 */
	private final class Welcome implements SaslServerListener {

		private final Socket socket;

		Welcome(Socket socket) {
			this.socket = socket;
		}

		@Override
		public void handleSaslHeader(SaslServerContext context, AMQPHeader header) {
			try {
				context.sendMechanisms(SaslPeer.this.mechanisms);
			}
			catch (EngineStateException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public void handleSaslInit(SaslServerContext context, Symbol mechanism, ProtonBuffer response) {
			String said = (response == null) ? "" : response.toString(StandardCharsets.UTF_8);
			SaslPeer.this.logins.add(new Login(mechanism.toString(), said, certificate()));
			try {
				context.sendOutcome(SaslOutcome.SASL_OK, null);
			}
			catch (EngineStateException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private @Nullable String certificate() {
			try {
				Principal shown = (this.socket instanceof SSLSocket encrypted)
						? encrypted.getSession().getPeerPrincipal() : null;
				return (shown == null) ? null : shown.getName();
			}
			catch (SSLPeerUnverifiedException ex) {
				return null;
			}
		}

		@Override
		public void handleSaslResponse(SaslServerContext context, ProtonBuffer response) {
			throw new IllegalStateException("nothing was asked");
		}

	}

}
