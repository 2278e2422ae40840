package io.meshbridge.rules;

import java.util.Set;

/**
 * What an endpoint may name here.
 *
 * @param binders names that may stand before the colon
 * @param bindings names of configured bindings
 */
public record EndpointCatalog(Set<String> binders, Set<String> bindings) {

	public EndpointCatalog {
		binders = Set.copyOf(binders);
		bindings = Set.copyOf(bindings);
	}

}
