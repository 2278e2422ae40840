package io.meshbridge.bridge.http.inbound;

import java.util.Map;

/**
 * A request on its way through one binding. Who {@link #claim() claims} it answers it by
 * settling each message in it; else it is answered by what the channel does: 202 when
 * sending returns, 503 when it throws.
 */
final class HttpDelivery {

	/** Header of the binding's messages that holds this. */
	static final String HEADER = "meshbridge_httpDelivery";

	private final HttpExchange exchange;

	private final Map<String, String> pathVariables;

	/** Set and read by the thread that sends on the channel. */
	private boolean claimed;

	HttpDelivery(HttpExchange exchange, Map<String, String> pathVariables) {
		this.exchange = exchange;
		this.pathVariables = pathVariables;
	}

	HttpExchange exchange() {
		return this.exchange;
	}

	Map<String, String> pathVariables() {
		return this.pathVariables;
	}

	void claim() {
		this.claimed = true;
	}

	boolean claimed() {
		return this.claimed;
	}

}
