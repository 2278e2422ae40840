package io.meshbridge.gateway.admin;

import java.net.InetSocketAddress;

import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Says who asks, for the audit.
 */
final class Caller {

	private Caller() {
	}

	/**
	 * The address of the client.
	 */
	static String of(ServerHttpRequest request) {
		InetSocketAddress address = request.getRemoteAddress();
		return (address == null || address.getAddress() == null) ? "unknown" : address.getAddress().getHostAddress();
	}

}
