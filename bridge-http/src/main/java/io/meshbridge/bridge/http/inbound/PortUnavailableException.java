package io.meshbridge.bridge.http.inbound;

/**
 * The event server can't listen where it shall. The message says where, why, and which
 * property changes it.
 */
public final class PortUnavailableException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private static final String ACTION = "Stop what listens there, or set meshbridge.http.port to another port "
			+ "(0 for any free one) or meshbridge.http.address to another address.";

	PortUnavailableException(String address, int port, Throwable cause) {
		super("http: can't listen on " + address + " port " + port + ": " + cause.getMessage() + ". " + ACTION, cause);
	}

	/**
	 * What to do about it.
	 */
	public String action() {
		return ACTION;
	}

}
