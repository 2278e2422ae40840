package io.meshbridge.gateway.asyncapi;

import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.EndpointCatalog;
import org.jspecify.annotations.Nullable;

/**
 * Where an endpoint is, in the terms of AsyncAPI.
 *
 * @param server what its server is called
 * @param protocol that the server speaks
 * @param host of the server, where the endpoint names it; it may have placeholders
 * @param address within the server; it may have placeholders
 */
record Place(String server, Protocol protocol, @Nullable String host, String address) {

	static Place of(Endpoint endpoint, EndpointCatalog catalog) {
		if (endpoint instanceof Endpoint.AtBinder at) {
			return at(at.binder(), at.destination(), catalog);
		}
		if (endpoint instanceof Endpoint.AtChannel channel) {
			return new Place(Endpoint.AtChannel.PREFIX, Protocol.CHANNEL, null, channel.name());
		}
		if (endpoint instanceof Endpoint.AtBinding binding) {
			String type = catalog.bindingTypes().getOrDefault(binding.name(), "");
			return new Place("binding-" + binding.name(), Protocol.of(type.isEmpty() ? "unknown" : type), null,
					binding.name());
		}
		String text = endpoint.toString();
		return text.startsWith("http://") || text.startsWith("https://") ? url(text)
				: at(text.substring(0, text.indexOf(':')), text.substring(text.indexOf(':') + 1), catalog);
	}

	/**
	 * A destination of a binder, which is a URL where events leave over HTTP.
	 */
	private static Place at(String binder, String destination, EndpointCatalog catalog) {
		return destination.startsWith("http://") || destination.startsWith("https://") ? url(destination)
				: new Place(binder, Protocol.of(catalog.typeOf(binder)), null, destination);
	}

	private static Place url(String text) {
		String scheme = text.substring(0, text.indexOf(':'));
		String rest = text.substring(scheme.length() + "://".length());
		int slash = rest.indexOf('/');
		String host = (slash < 0) ? rest : rest.substring(0, slash);
		return new Place(scheme + "-" + host, new Protocol(scheme, host, Protocol.HTTP.prefix()), host,
				(slash < 0) ? "/" : rest.substring(slash));
	}

}
