package org.eclipse.paho.client.mqttv3.internal.wire;

import java.io.IOException;
import java.io.InputStream;

/**
 * Stands before Paho's class of this name, which has only {@link #read()}: so its client
 * copies each packet twice byte by byte through a synchronized stream, which costs more
 * than all the rest of receiving it. This one passes on reads of many bytes. It is found
 * first as this module's jar is before Paho's on the class path.
 */
public class CountingInputStream extends InputStream {

	private final InputStream in;

	private int counter;

	/**
	 * Counts what is read of a stream.
	 * @param in to read
	 */
	public CountingInputStream(InputStream in) {
		this.in = in;
	}

	@Override
	public int read() throws IOException {
		int value = this.in.read();
		if (value != -1) {
			this.counter++;
		}
		return value;
	}

	@Override
	public int read(byte[] buffer, int offset, int length) throws IOException {
		int count = this.in.read(buffer, offset, length);
		if (count > 0) {
			this.counter += count;
		}
		return count;
	}

	/**
	 * How many bytes were read.
	 * @return bytes since the start or the last reset
	 */
	public int getCounter() {
		return this.counter;
	}

	/**
	 * Counts from 0 again.
	 */
	public void resetCounter() {
		this.counter = 0;
	}

}
