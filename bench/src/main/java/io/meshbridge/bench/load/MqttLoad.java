package io.meshbridge.bench.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * Publishes events with MQTT 5 and QoS 1 to the topics {@code PREFIX/KEY}, over one
 * connection, in order. At most 200 publishes are unacknowledged by the broker, and no
 * more than 4000 events are on their way to the target: enough to keep any gateway busy,
 * and not so many that the broker's queue becomes the subject. Writes the protocol by
 * hand: what the sender burns, the process under test does not get.
 */
public final class MqttLoad {

	private static final int WINDOW = 200;

	private static final long ON_THE_WAY = 4000;

	private static final int SILENCE_SECONDS = 20;

	private final int port;

	private final String prefix;

	private final EventSeries series;

	private final Semaphore window = new Semaphore(WINDOW);

	private volatile @Nullable IOException failure;

	/**
	 * Describes what to send.
	 * @param port on 127.0.0.1
	 * @param prefix first part of the topics
	 * @param series what to send
	 */
	public MqttLoad(int port, String prefix, EventSeries series) {
		this.port = port;
		this.prefix = prefix;
		this.series = series;
	}

	/**
	 * Sends the first events; returns when the broker acknowledged all.
	 * @param count how many
	 * @param arrivals of the same series
	 * @throws IOException if the broker refuses one, or is silent for 20 s
	 */
	public void send(long count, Arrivals arrivals) throws IOException, InterruptedException {
		send(0, count, null, arrivals);
	}

	/**
	 * Sends events, each when it is due; returns when the broker acknowledged all.
	 * @param arrivals of the same series
	 * @throws IOException if the broker refuses one, or is silent for 20 s
	 */
	public void send(Pace pace, Arrivals arrivals) throws IOException, InterruptedException {
		send(pace.first(), pace.end(), pace, arrivals);
	}

	private void send(long from, long to, @Nullable Pace pace, Arrivals arrivals)
			throws IOException, InterruptedException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.setTcpNoDelay(true);
			DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 65_536));
			OutputStream out = socket.getOutputStream();
			connect(in, out);
			Thread reader = new Thread(() -> readAcknowledgements(in, to - from), "mqtt-acks");
			reader.setDaemon(true);
			reader.start();
			Batch batch = new Batch(out);
			if (pace != null) {
				pace.begin();
			}
			for (long number = from; number < to; number++) {
				if (pace != null && pace.dueNanos(number) > System.nanoTime()) {
					batch.flush();
					pace.await(number);
				}
				if (!this.window.tryAcquire()) {
					batch.flush();
					acquire(1);
				}
				if (number % 100 == 0) {
					batch.flush();
					awaitArrivals(number, arrivals);
				}
				batch.write(publish(number));
			}
			batch.flush();
			acquire(WINDOW);
			out.write(MqttPackets.disconnect());
		}
	}

	private void awaitArrivals(long sent, Arrivals arrivals) throws IOException {
		long before = arrivals.unique();
		long since = System.nanoTime();
		while (sent - arrivals.unique() > ON_THE_WAY) {
			LockSupport.parkNanos(500_000);
			if (arrivals.unique() != before) {
				before = arrivals.unique();
				since = System.nanoTime();
			}
			else if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(SILENCE_SECONDS)) {
				throw new IOException("MQTT: nothing arrived at the target for " + SILENCE_SECONDS + " s, after "
						+ before + " of " + sent + " events");
			}
		}
	}

	private void acquire(int permits) throws IOException, InterruptedException {
		boolean acquired = this.window.tryAcquire(permits, SILENCE_SECONDS, TimeUnit.SECONDS);
		if (this.failure != null) {
			throw new IOException(this.failure);
		}
		if (!acquired) {
			throw new IOException("MQTT: the broker acknowledged nothing for " + SILENCE_SECONDS + " s");
		}
	}

	private void readAcknowledgements(DataInputStream in, long count) {
		try {
			for (long acknowledged = 0; acknowledged < count; acknowledged++) {
				int type = in.readUnsignedByte();
				byte[] packet = in.readNBytes(readLength(in));
				if (type != MqttPackets.PUBACK || (packet.length > 2 && (packet[2] & 0xff) >= MqttPackets.FAILURE)) {
					throw new IOException("MQTT: the broker answered a publish with packet type " + (type >> 4)
							+ ((packet.length > 2) ? ", reason code " + (packet[2] & 0xff) : ""));
				}
				this.window.release();
			}
		}
		catch (IOException ex) {
			this.failure = ex;
			this.window.release(WINDOW);
		}
	}

	private static void connect(DataInputStream in, OutputStream out) throws IOException {
		out.write(MqttPackets.connect("bench-load"));
		int type = in.readUnsignedByte();
		byte[] answer = in.readNBytes(readLength(in));
		if (type != MqttPackets.CONNACK || answer[1] != 0) {
			throw new IOException("MQTT: the broker refused the connection, reason code " + (answer[1] & 0xff));
		}
	}

	private byte[] publish(long number) {
		// Never 0, and in use by nobody else: the window is far smaller.
		int packetId = (int) (number % 65_535) + 1;
		return MqttPackets.publish(this.prefix + "/" + this.series.key(number), packetId, this.series, number);
	}

	private static int readLength(DataInputStream in) throws IOException {
		int length = 0;
		for (int shift = 0; shift < 28; shift += 7) {
			int next = in.readUnsignedByte();
			length |= (next & 127) << shift;
			if (next < 128) {
				return length;
			}
		}
		throw new IOException("MQTT: the broker sent a packet length of more than four bytes");
	}

	/**
	 * Writes some packets with one system call.
	 */
	private static final class Batch {

		private static final int LIMIT = 32_768;

		private final OutputStream out;

		private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(LIMIT * 2);

		Batch(OutputStream out) {
			this.out = out;
		}

		void write(byte[] packet) throws IOException {
			this.waiting.writeBytes(packet);
			if (this.waiting.size() > LIMIT) {
				flush();
			}
		}

		void flush() throws IOException {
			this.waiting.writeTo(this.out);
			this.waiting.reset();
		}

	}

}
