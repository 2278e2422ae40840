package io.meshbridge.bridge.mqtt;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;

import org.eclipse.paho.mqttv5.common.packet.util.CountingInputStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Both clients read packets with the streams of this module, which are before their own
 * on the class path.
 */
class PahoStreamsTests {

	@Test
	void version5ReadsInBulk() throws IOException {
		OneByOne packet = new OneByOne();
		CountingInputStream counting = new CountingInputStream(packet);
		readAsPahoDoes(counting);
		assertThat(packet.single).isEqualTo(1);
		assertThat(counting.getCounter()).isEqualTo(OneByOne.SIZE);
		counting.resetCounter();
		assertThat(counting.read()).isEqualTo(-1);
		assertThat(counting.read(new byte[1], 0, 1)).isEqualTo(-1);
		assertThat(counting.getCounter()).isZero();
	}

	@Test
	void version3ReadsInBulk() throws IOException {
		OneByOne packet = new OneByOne();
		var counting = new org.eclipse.paho.client.mqttv3.internal.wire.CountingInputStream(packet);
		readAsPahoDoes(counting);
		assertThat(packet.single).isEqualTo(1);
		assertThat(counting.getCounter()).isEqualTo(OneByOne.SIZE);
	}

	/** The type of the packet, and then all the rest at once. */
	private static void readAsPahoDoes(InputStream stream) throws IOException {
		DataInputStream in = new DataInputStream(stream);
		in.readUnsignedByte();
		in.readFully(new byte[OneByOne.SIZE - 1]);
	}

	/** Counts the bytes that are fetched by themselves. */
	private static final class OneByOne extends ByteArrayInputStream {

		static final int SIZE = 10_000;

		private int single;

		OneByOne() {
			super(new byte[SIZE]);
		}

		@Override
		public synchronized int read() {
			int value = super.read();
			this.single += (value == -1) ? 0 : 1;
			return value;
		}

	}

}
