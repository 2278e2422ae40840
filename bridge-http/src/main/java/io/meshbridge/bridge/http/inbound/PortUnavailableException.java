package io.meshbridge.bridge.http.inbound;

/**
 * The event server can't listen where it shall. The message says where, why, and which
 * property changes it.
 */
public final class PortUnavailableException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private static final String ACTION = "Stop what listens there, or set meshbridge.http.port to another port "
			+ "(0 for any free one) or meshbridge.http.address to another address.";

	private final String problem;

	PortUnavailableException(String address, int port, Throwable cause) {
		this("http: can't listen on " + address + " port " + port + ": " + cause.getMessage(), cause);
	}

	private PortUnavailableException(String problem, Throwable cause) {
		super(problem + ". " + ACTION, cause);
		this.problem = problem;
	}

	/**
	 * Where it can't listen, and why.
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * What to do about it.
	 */
	public String action() {
		return ACTION;
	}

}
