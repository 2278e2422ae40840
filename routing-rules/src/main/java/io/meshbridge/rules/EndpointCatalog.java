package io.meshbridge.rules;

import java.util.Map;
import java.util.Set;

/**
 * What an endpoint may name here.
 *
 * @param binders names that may stand before the colon
 * @param bindings names of configured bindings
 * @param types binder type of each binder whose name is not its type, such as
 * {@code plant-a: mqtt}; decides which form its destinations must have
 * @param bindingTypes binder type of each binding for which it is known
 * @param channels whether something holds durable channels
 */
public record EndpointCatalog(Set<String> binders, Set<String> bindings, Map<String, String> types,
		Map<String, String> bindingTypes, boolean channels) {

	public EndpointCatalog {
		binders = Set.copyOf(binders);
		bindings = Set.copyOf(bindings);
		types = Map.copyOf(types);
		bindingTypes = Map.copyOf(bindingTypes);
	}

	/**
	 * A catalog in which each binder is named like its type, without channels.
	 */
	public EndpointCatalog(Set<String> binders, Set<String> bindings) {
		this(binders, bindings, Map.of(), Map.of(), false);
	}

	/**
	 * The type of a binder, for example {@code mqtt}.
	 */
	public String typeOf(String binder) {
		return this.types.getOrDefault(binder, binder);
	}

	/**
	 * The binder type that an endpoint is reached over; empty for a channel, and where
	 * nobody can tell.
	 */
	public String typeOf(Endpoint endpoint) {
		if (endpoint instanceof Endpoint.AtBinder at) {
			return typeOf(at.binder());
		}
		if (endpoint instanceof Endpoint.AtBinding at) {
			return this.bindingTypes.getOrDefault(at.name(), "");
		}
		return (endpoint instanceof Endpoint.AtUrl) ? "http" : "";
	}

	/**
	 * Whether a target can answer with an event of its own, as those over HTTP can.
	 */
	boolean replies(Endpoint target) {
		return typeOf(target).equals("http");
	}

}
