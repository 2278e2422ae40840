package io.meshbridge.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Posts events over keep-alive connections, one request at a time on each. A key belongs
 * to one connection, so the events of a key are sent in order. One thread and plain
 * sockets: what the sender burns, the process under test does not get.
 */
public final class HttpLoad {

	/**
	 * How many connections, unless said otherwise.
	 */
	public static final int CONNECTIONS = 32;

	private static final long MILLISECOND = 1_000_000;

	private static final long SHORT_WAIT = 50_000;

	/** Ends a body of chunks, or is all of an empty one (RFC 9112 7.1). */
	private static final String LAST_CHUNK = "0\r\n\r\n";

	private static final Duration SILENCE = Duration.ofSeconds(20);

	private final int port;

	private final String path;

	private final EventSeries series;

	private long first;

	private final long end;

	private final @Nullable Pace pace;

	private final Consumer<byte[]> taken;

	private final PriorityQueue<Lane> waiting = new PriorityQueue<>(Comparator.comparingLong((lane) -> lane.due));

	private int connections = CONNECTIONS;

	private long answered;

	/**
	 * Describes what to send as fast as it is answered.
	 * @param port on 127.0.0.1
	 * @param path starts with a slash
	 * @param series what to send
	 * @param count how many of them
	 * @param taken hears the data of each event that was answered
	 */
	public HttpLoad(int port, String path, EventSeries series, long count, Consumer<byte[]> taken) {
		this(port, path, series, 0, count, null, taken);
	}

	/**
	 * Describes what to send, each when it is due or when its connection is free after
	 * that.
	 * @param port on 127.0.0.1
	 * @param path starts with a slash
	 * @param series what to send
	 * @param pace which of them, and when
	 * @param taken hears the data of each event that was answered
	 */
	public HttpLoad(int port, String path, EventSeries series, Pace pace, Consumer<byte[]> taken) {
		this(port, path, series, pace.first(), pace.end(), pace, taken);
	}

	private HttpLoad(int port, String path, EventSeries series, long first, long end, @Nullable Pace pace,
			Consumer<byte[]> taken) {
		this.port = port;
		this.path = path;
		this.series = series;
		this.first = first;
		this.end = end;
		this.pace = pace;
		this.taken = taken;
	}

	/**
	 * Leaves the first events out, which others have sent.
	 */
	public HttpLoad from(long number) {
		this.first = number;
		return this;
	}

	/**
	 * Uses another number of connections, at most one for each key.
	 */
	public HttpLoad over(int number) {
		this.connections = Math.min(number, this.series.keys());
		return this;
	}

	/**
	 * Sends all; returns when each was answered with 202.
	 * @throws IOException if one was answered otherwise, or not within 20 s
	 */
	public void send() throws IOException {
		try (Selector selector = Selector.open()) {
			try {
				if (this.pace != null) {
					this.pace.begin();
				}
				for (int lane = 0; lane < this.connections; lane++) {
					new Lane(selector, lane).next();
				}
				while (this.answered < this.end - this.first) {
					if (select(selector) == 0 && this.waiting.isEmpty()) {
						throw new IOException("HTTP: no answer for " + SILENCE.toSeconds() + " s after " + this.answered
								+ " of " + (this.end - this.first) + " events");
					}
					for (SelectionKey key : selector.selectedKeys()) {
						((Lane) key.attachment()).ready(key);
					}
					selector.selectedKeys().clear();
					writeDue();
				}
			}
			finally {
				for (SelectionKey key : selector.keys()) {
					key.channel().close();
				}
			}
		}
	}

	/**
	 * Waits for answers until the next event is due; the selector can't wait for less
	 * than a millisecond.
	 */
	private int select(Selector selector) throws IOException {
		Lane next = this.waiting.peek();
		if (next == null) {
			return selector.select(SILENCE.toMillis());
		}
		long nanos = next.due - System.nanoTime();
		if (nanos >= 2 * MILLISECOND) {
			return selector.select(nanos / MILLISECOND - 1);
		}
		LockSupport.parkNanos(Math.min(nanos, SHORT_WAIT));
		return selector.selectNow();
	}

	private void writeDue() throws IOException {
		for (Lane lane = this.waiting.peek(); lane != null
				&& lane.due <= System.nanoTime(); lane = this.waiting.peek()) {
			this.waiting.remove();
			lane.write();
		}
	}

	private final class Lane {

		private final SocketChannel channel;

		private final SelectionKey key;

		private final ByteBuffer answer = ByteBuffer.allocate(16_384);

		private final StringBuilder head = new StringBuilder(1024);

		private ByteBuffer request = ByteBuffer.allocate(0);

		// Numbers go up in rounds of all keys; a lane sends those whose key is its own.
		private long number;

		private byte[] data = new byte[0];

		private final int lane;

		private long due;

		Lane(Selector selector, int lane) throws IOException {
			this.lane = lane;
			this.number = HttpLoad.this.first - 1;
			this.channel = SocketChannel
				.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), HttpLoad.this.port));
			this.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			this.channel.configureBlocking(false);
			this.key = this.channel.register(selector, 0, this);
		}

		void next() throws IOException {
			this.number = HttpLoad.this.series.next(this.number, this.lane, HttpLoad.this.connections);
			if (this.number >= HttpLoad.this.end) {
				this.key.cancel();
				this.channel.close();
				return;
			}
			this.head.setLength(0);
			this.head.append("POST ")
				.append(HttpLoad.this.path)
				.append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ")
				.append(EventSeries.CONTENT_TYPE)
				.append("\r\nContent-Length: ")
				.append(HttpLoad.this.series.dataBytes())
				.append("\r\n");
			if (HttpLoad.this.series.plain()) {
				this.head.append("X-Key: ").append(HttpLoad.this.series.key(this.number)).append("\r\n");
			}
			HttpLoad.this.series.attributes(this.number,
					(name, value) -> this.head.append("ce-").append(name).append(": ").append(value).append("\r\n"));
			byte[] start = this.head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
			this.data = HttpLoad.this.series.data(this.number);
			this.request = ByteBuffer.allocate(start.length + this.data.length).put(start).put(this.data).flip();
			Pace pace = HttpLoad.this.pace;
			this.due = (pace != null) ? pace.dueNanos(this.number) : 0;
			if (pace != null && this.due > System.nanoTime()) {
				this.key.interestOps(0);
				HttpLoad.this.waiting.add(this);
			}
			else {
				write();
			}
		}

		void ready(SelectionKey ready) throws IOException {
			if (ready.isWritable()) {
				write();
			}
			else if (this.channel.read(this.answer) < 0) {
				throw new IOException("HTTP: the connection was closed after " + HttpLoad.this.answered + " of "
						+ (HttpLoad.this.end - HttpLoad.this.first) + " events");
			}
			else if (answerComplete()) {
				this.answer.clear();
				HttpLoad.this.answered++;
				HttpLoad.this.taken.accept(this.data);
				next();
			}
		}

		private void write() throws IOException {
			this.channel.write(this.request);
			this.key.interestOps(this.request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
		}

		private boolean answerComplete() throws IOException {
			String text = new String(this.answer.array(), 0, this.answer.position(), StandardCharsets.ISO_8859_1);
			int end = text.indexOf("\r\n\r\n");
			if (end < 0) {
				return false;
			}
			if (!text.startsWith("HTTP/1.1 202 ")) {
				throw new IOException("HTTP: answered '" + text.lines().findFirst().orElse("") + "', expected 202: "
						+ text.substring(end).strip());
			}
			String fields = text.substring(0, end + 2).toLowerCase(Locale.ROOT);
			if (fields.contains("\r\ntransfer-encoding: chunked\r\n")) {
				return text.substring(end + 4).endsWith(LAST_CHUNK);
			}
			int length = fields.indexOf("\r\ncontent-length:");
			if (length < 0) {
				throw new IOException("HTTP: the answer has no Content-Length: " + fields.strip());
			}
			int from = length + "\r\ncontent-length:".length();
			int body = Integer.parseInt(fields.substring(from, fields.indexOf("\r\n", from)).strip());
			return text.length() >= end + 4 + body;
		}

	}

}
