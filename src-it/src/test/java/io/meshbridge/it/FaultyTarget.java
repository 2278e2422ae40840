package io.meshbridge.it;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiPredicate;

/**
 * An HTTP server that takes events, and misbehaves on demand, below what an HTTP library
 * would do: it resets connections, and ends them amid an answer.
 */
final class FaultyTarget implements AutoCloseable {

	/**
	 * How half of the requests are answered.
	 */
	enum Mood {

		/** As the others are. */
		WELL,

		/** 500, nothing is taken. */
		ERROR,

		/** 429 with Retry-After, nothing is taken. */
		BUSY,

		/** 400, for good: the event goes to the dead letter sink. */
		REFUSAL,

		/** The connection is reset; the event is taken or not. */
		RESET,

		/** The connection ends amid the status line; the event is taken. */
		HALF_STATUS,

		/** 200, and the connection ends amid the body; the event is taken. */
		HALF_BODY

	}

	private static final String REFUSED = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

	private final ServerSocket server;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	/** Path and body; says {@code false} to refuse for good. */
	private final BiPredicate<String, byte[]> taker;

	private final String steady;

	private final Random random;

	private volatile Mood mood = Mood.WELL;

	/**
	 * Starts to listen on a free port.
	 * @param taker takes path and body; {@code false} refuses it for good
	 * @param steady path that always behaves well
	 */
	FaultyTarget(BiPredicate<String, byte[]> taker, String steady, long seed) throws IOException {
		this.taker = taker;
		this.steady = steady;
		this.random = new Random(seed);
		this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
		this.threads.execute(this::accept);
	}

	int port() {
		return this.server.getLocalPort();
	}

	void mood(Mood next) {
		this.mood = next;
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.server.accept();
				this.open.add(client);
				this.threads.execute(() -> serve(client));
			}
		}
		catch (IOException ex) {
			if (!this.server.isClosed()) {
				throw new UncheckedIOException("the HTTP target takes no connections", ex);
			}
		}
	}

	private void serve(Socket client) {
		try (client) {
			client.setTcpNoDelay(true);
			InputStream in = new BufferedInputStream(client.getInputStream());
			String request = line(in);
			while (!request.isEmpty() && answer(client, request.split(" ")[1], body(in))) {
				request = line(in);
			}
		}
		catch (IOException ex) {
			// The gateway was killed, or has closed the connection.
			return;
		}
		finally {
			this.open.remove(client);
		}
	}

	private static String line(InputStream in) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		int next = in.read();
		while (next >= 0 && next != '\n') {
			if (next != '\r') {
				line.write(next);
			}
			next = in.read();
		}
		return line.toString(StandardCharsets.ISO_8859_1);
	}

	private static byte[] body(InputStream in) throws IOException {
		int length = 0;
		for (String header = line(in); !header.isEmpty(); header = line(in)) {
			String[] nameAndValue = header.toLowerCase(Locale.ROOT).split(":", 2);
			if (nameAndValue[0].equals("content-length")) {
				length = Integer.parseInt(nameAndValue[1].strip());
			}
		}
		byte[] body = in.readNBytes(length);
		if (body.length < length) {
			throw new IOException("the request ended after " + body.length + " of " + length + " bytes");
		}
		return body;
	}

	/**
	 * Answers one request.
	 * @return whether the connection goes on
	 */
	private boolean answer(Socket client, String path, byte[] body) throws IOException {
		Mood now = (path.equals(this.steady) || this.random.nextBoolean()) ? Mood.WELL : this.mood;
		boolean takes = switch (now) {
			case ERROR, BUSY, REFUSAL -> false;
			case RESET -> this.random.nextBoolean();
			case WELL, HALF_STATUS, HALF_BODY -> true;
		};
		if (takes && !this.taker.test(path, body)) {
			return write(client, REFUSED);
		}
		switch (now) {
			case WELL -> {
				return write(client, "HTTP/1.1 204 No Content\r\n\r\n");
			}
			case ERROR -> {
				return write(client, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
			}
			case BUSY -> {
				return write(client, "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
			}
			case REFUSAL -> {
				return write(client, REFUSED);
			}
			case RESET -> client.setSoLinger(true, 0);
			case HALF_STATUS -> write(client, "HTTP/1.1 2");
			case HALF_BODY -> write(client, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
		}
		return false;
	}

	private static boolean write(Socket client, String text) throws IOException {
		client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
		return true;
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		for (Socket client : this.open) {
			client.close();
		}
		this.threads.shutdownNow();
	}

}
