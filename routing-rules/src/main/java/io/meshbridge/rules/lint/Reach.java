package io.meshbridge.rules.lint;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.EndpointCatalog;
import org.jspecify.annotations.Nullable;

/**
 * Says whether what is sent to one endpoint comes out of another, as far as their names
 * tell.
 */
final class Reach {

	private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.1", "[::1]");

	private final EndpointCatalog catalog;

	private final int httpPort;

	/**
	 * Knows the endpoints of one gateway.
	 * @param httpPort where it takes events in over HTTP
	 */
	Reach(EndpointCatalog catalog, int httpPort) {
		this.catalog = catalog;
		this.httpPort = httpPort;
	}

	/**
	 * Whether an event sent to a target can come in again from a source.
	 */
	boolean leads(@Nullable Endpoint target, Endpoint source) {
		if (target instanceof Endpoint.AtUrl at) {
			return source instanceof Endpoint.AtBinder http && type(http).equals("http") && leadsHere(at.url())
					&& levelsMeet(path(at.url()), http.destination(), "*", "**");
		}
		if (!(target instanceof Endpoint.AtBinder to) || !(source instanceof Endpoint.AtBinder from)) {
			return source.equals(target);
		}
		if (!to.binder().equals(from.binder())) {
			return false;
		}
		return switch (type(to)) {
			case "mqtt" -> levelsMeet(to.destination(), from.destination(), "+", "#");
			case "http" -> leads(new Endpoint.AtUrl(URI.create(to.destination())), source);
			default -> Arrays.asList(from.destination().split(",")).contains(to.destination());
		};
	}

	private String type(Endpoint.AtBinder endpoint) {
		return this.catalog.typeOf(endpoint.binder());
	}

	private boolean leadsHere(URI url) {
		int port = (url.getPort() >= 0) ? url.getPort() : "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
		return port == this.httpPort && url.getHost() != null
				&& THIS_MACHINE.contains(url.getHost().toLowerCase(Locale.ROOT));
	}

	private static String path(URI url) {
		return (url.getRawPath() == null || url.getRawPath().isEmpty()) ? "/" : url.getRawPath();
	}

	/**
	 * Whether a name with levels fits a pattern with one wildcard for a level and one for
	 * all that follow.
	 */
	private static boolean levelsMeet(String name, String pattern, String one, String rest) {
		String[] levels = name.split("/", -1);
		String[] wanted = pattern.split("/", -1);
		for (int i = 0; i < wanted.length; i++) {
			if (wanted[i].equals(rest)) {
				return true;
			}
			boolean variable = wanted[i].equals(one) || wanted[i].startsWith("{");
			if (i >= levels.length || !(variable || wanted[i].equals(levels[i]))) {
				return false;
			}
		}
		return levels.length == wanted.length;
	}

}
