package io.meshbridge.bridge.http.outbound;

import java.util.LinkedHashMap;
import java.util.Map;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.http.mapping.HttpEventWriter;
import io.meshbridge.bridge.preview.WireMessage;
import io.meshbridge.bridge.preview.WirePreview;

/**
 * Shows events as HTTP requests.
 */
public final class RequestPreview implements WirePreview {

	private static final int MAX_HEADER_BYTES = 16 * 1024;

	private final HttpEventWriter writer = new HttpEventWriter(false, MAX_HEADER_BYTES);

	@Override
	public String binderType() {
		return "http";
	}

	@Override
	public WireMessage write(String destination, Outbound outbound) throws SendException {
		HttpEventWriter.Written written = this.writer.write(destination, outbound.event(), outbound.mode());
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("POST", destination);
		written.headers().forEach((header) -> properties.put(header.getKey(), header.getValue()));
		return new WireMessage(properties, written.body());
	}

}
