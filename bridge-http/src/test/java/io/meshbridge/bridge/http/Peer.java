package io.meshbridge.bridge.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * A target that does exactly what a test wants, down to the socket.
 */
final class Peer implements AutoCloseable {

	private final ServerSocket server;

	private final Script script;

	private final Thread acceptor;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	final Queue<Request> requests = new ConcurrentLinkedQueue<>();

	final AtomicInteger connections = new AtomicInteger();

	/**
	 * What to do with a request.
	 */
	interface Script {

		void answer(Request request, Socket socket) throws IOException;

	}

	/**
	 * A request as it came.
	 */
	record Request(String line, Map<String, String> headers, byte[] body) {

		String text() {
			return new String(this.body, StandardCharsets.UTF_8);
		}

	}

	Peer(Script script) {
		this(0, script);
	}

	Peer(int port, Script script) {
		this.script = script;
		try {
			this.server = new ServerSocket();
			this.server.setReuseAddress(true);
			this.server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		this.acceptor = daemon(this::accept);
	}

	static Peer answering(int status, String... headers) {
		return new Peer((request, socket) -> write(socket, status, "", headers));
	}

	static void write(Socket socket, int status, String body, String... headers) throws IOException {
		StringBuilder text = new StringBuilder("HTTP/1.1 ").append(status).append(" Whatever\r\n");
		for (int i = 0; i < headers.length; i += 2) {
			text.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
		}
		boolean bodiless = status == 204 || status == 304;
		text.append(bodiless ? "" : "Content-Length: " + body.length() + "\r\n").append("\r\n").append(body);
		OutputStream out = socket.getOutputStream();
		out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
		out.flush();
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "peer");
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	int port() {
		return this.server.getLocalPort();
	}

	String url(String path) {
		return "http://127.0.0.1:" + this.server.getLocalPort() + path;
	}

	private void accept() {
		try {
			while (true) {
				Socket socket = this.server.accept();
				this.connections.incrementAndGet();
				this.sockets.add(socket);
				daemon(() -> serve(socket));
			}
		}
		catch (IOException ex) {
			// Closed.
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			InputStream in = socket.getInputStream();
			Request request = read(in);
			while (request != null) {
				this.requests.add(request);
				this.script.answer(request, socket);
				request = socket.isClosed() ? null : read(in);
			}
		}
		catch (SocketException ex) {
			// The client, or the test, closed it.
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable Request read(InputStream in) throws IOException {
		String line = line(in);
		if (line.isEmpty()) {
			return null;
		}
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (String header = line(in); !header.isEmpty(); header = line(in)) {
			int colon = header.indexOf(':');
			headers.put(header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
		}
		int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
		return new Request(line, headers, in.readNBytes(length));
	}

	private static String line(InputStream in) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
			if (b != '\r') {
				line.write(b);
			}
		}
		return line.toString(StandardCharsets.ISO_8859_1);
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		try {
			// The port is free when nobody accepts on it any more.
			this.acceptor.join(5000);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

}
