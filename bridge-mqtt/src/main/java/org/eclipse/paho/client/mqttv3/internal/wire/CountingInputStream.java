package org.eclipse.paho.client.mqttv3.internal.wire;

import java.io.InputStream;

/**
 * The same before the class of Paho's other client.
 */
public class CountingInputStream extends org.eclipse.paho.mqttv5.common.packet.util.CountingInputStream {

	/**
	 * Counts what is read of a stream.
	 * @param in to read
	 */
	public CountingInputStream(InputStream in) {
		super(in);
	}

}
