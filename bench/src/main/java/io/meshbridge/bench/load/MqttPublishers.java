package io.meshbridge.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Publishes events with MQTT 5 and QoS 1 to the topics {@code PREFIX/KEY}, over many
 * connections, one publish at a time on each. A key belongs to one connection, so the
 * events of a key are sent in order. Waits while too many are on their way to the target,
 * so that the broker's queue does not become the subject. One thread and plain sockets.
 */
public final class MqttPublishers {

	private static final long ON_THE_WAY = 4000;

	private static final Duration SILENCE = Duration.ofSeconds(20);

	private final int port;

	private final String prefix;

	private final EventSeries series;

	private final Arrivals arrivals;

	private final Deque<Publisher> waiting = new ArrayDeque<>();

	private int connections;

	private long sent;

	private long end;

	private int open;

	private int connected;

	private long progress;

	/**
	 * Describes what to send.
	 * @param port on 127.0.0.1
	 * @param prefix first part of the topics
	 * @param series what to send
	 * @param arrivals of the same series
	 */
	public MqttPublishers(int port, String prefix, EventSeries series, Arrivals arrivals) {
		this.port = port;
		this.prefix = prefix;
		this.series = series;
		this.arrivals = arrivals;
	}

	/**
	 * Sends some events; returns when the broker acknowledged all.
	 * @param first number of the first one
	 * @param afterLast number behind the last one
	 * @param over how many connections, at most one for each key
	 * @throws IOException if one is refused, or nothing happens for 20 s
	 */
	public void send(long first, long afterLast, int over) throws IOException {
		this.connections = Math.min(over, this.series.keys());
		this.sent = first;
		this.end = afterLast;
		this.connected = 0;
		try (Selector selector = Selector.open()) {
			try {
				this.progress = System.nanoTime();
				for (int sender = 0; sender < this.connections; sender++) {
					new Publisher(selector, sender, first - 1);
					handle(selector, 0);
				}
				while (this.open > 0) {
					handle(selector, this.waiting.isEmpty() ? 1000 : 1);
				}
			}
			finally {
				for (SelectionKey key : selector.keys()) {
					key.channel().close();
				}
			}
		}
	}

	private void handle(Selector selector, long millis) throws IOException {
		int ready = (millis > 0) ? selector.select(millis) : selector.selectNow();
		if (ready > 0) {
			this.progress = System.nanoTime();
		}
		for (SelectionKey key : selector.selectedKeys()) {
			((Publisher) key.attachment()).ready(key);
		}
		selector.selectedKeys().clear();
		while (!this.waiting.isEmpty() && mayPublish()) {
			this.progress = System.nanoTime();
			this.waiting.remove().publish();
		}
		if (System.nanoTime() - this.progress > SILENCE.toNanos()) {
			throw new IOException("MQTT: nothing happens for " + SILENCE.toSeconds() + " s, after " + this.sent + " of "
					+ this.end + " events, of which " + this.arrivals.unique() + " arrived");
		}
	}

	private boolean mayPublish() {
		// To connect costs the broker too, so that is over before the first event.
		return this.connected == this.connections && this.sent - this.arrivals.unique() < ON_THE_WAY + this.connections;
	}

	private final class Publisher {

		private final int sender;

		private final SocketChannel channel;

		private final SelectionKey key;

		private final ByteBuffer answer = ByteBuffer.allocate(512);

		private ByteBuffer packet;

		private long number;

		private int expected = MqttPackets.CONNACK;

		Publisher(Selector selector, int sender, long before) throws IOException {
			this.sender = sender;
			this.number = before;
			this.channel = SocketChannel
				.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), MqttPublishers.this.port));
			this.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			this.channel.configureBlocking(false);
			this.key = this.channel.register(selector, 0, this);
			MqttPublishers.this.open++;
			this.packet = ByteBuffer.wrap(MqttPackets.connect("bench-" + sender));
			write();
		}

		void ready(SelectionKey ready) throws IOException {
			if (ready.isWritable()) {
				write();
			}
			else if (this.channel.read(this.answer) < 0) {
				throw new IOException("MQTT: connection " + this.sender + " was closed after "
						+ MqttPublishers.this.sent + " of " + MqttPublishers.this.end + " events");
			}
			else if (answerComplete()) {
				this.answer.clear();
				MqttPublishers.this.connected += (this.expected == MqttPackets.CONNACK) ? 1 : 0;
				this.expected = MqttPackets.PUBACK;
				MqttPublishers.this.waiting.add(this);
			}
		}

		private boolean answerComplete() throws IOException {
			int length = this.answer.position();
			// Both answers are short: one byte for their length, if not all is refused.
			if (length < 2 || length < 2 + this.answer.get(1)) {
				return false;
			}
			boolean acknowledges = this.expected == MqttPackets.PUBACK;
			int reason = (acknowledges && length == 4) ? 0 : this.answer.get(acknowledges ? 4 : 3) & 0xff;
			if ((this.answer.get(0) & 0xff) != this.expected || reason >= MqttPackets.FAILURE) {
				throw new IOException("MQTT: connection " + this.sender + " was answered with packet type "
						+ ((this.answer.get(0) & 0xff) >> 4) + ", reason code " + reason + ", expected type "
						+ (this.expected >> 4));
			}
			return true;
		}

		void publish() throws IOException {
			this.number = MqttPublishers.this.series.next(this.number, this.sender, MqttPublishers.this.connections);
			if (this.number >= MqttPublishers.this.end) {
				this.channel.write(ByteBuffer.wrap(MqttPackets.disconnect()));
				this.key.cancel();
				this.channel.close();
				MqttPublishers.this.open--;
				return;
			}
			String topic = MqttPublishers.this.prefix + "/" + MqttPublishers.this.series.key(this.number);
			this.packet = ByteBuffer.wrap(MqttPackets.publish(topic, 1, MqttPublishers.this.series, this.number));
			MqttPublishers.this.sent++;
			write();
		}

		private void write() throws IOException {
			this.channel.write(this.packet);
			this.key.interestOps(this.packet.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
		}

	}

}
