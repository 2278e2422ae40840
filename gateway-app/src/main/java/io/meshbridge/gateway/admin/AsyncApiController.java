package io.meshbridge.gateway.admin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.gateway.asyncapi.AsyncApiDocument;
import io.meshbridge.gateway.bindings.BindingRegistry;
import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.meshbridge.gateway.routes.Gateway;
import io.meshbridge.rules.EndpointCatalog;
import io.swagger.v3.oas.models.OpenAPI;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /admin/asyncapi.json}: what the active routes receive and send.
 */
@RestController
class AsyncApiController {

	private final Gateway gateway;

	private final BindingRegistry registry;

	private final Bindings bindings;

	private final String version;

	AsyncApiController(Gateway gateway, BindingRegistry registry, Bindings bindings, OpenAPI adminApi) {
		this.gateway = gateway;
		this.registry = registry;
		this.bindings = bindings;
		this.version = adminApi.getInfo().getVersion();
	}

	/**
	 * What the active routes receive and send, as an AsyncAPI 3.0 document.
	 */
	@GetMapping("/admin/asyncapi.json")
	Map<String, Object> document() {
		return AsyncApiDocument.of(
				this.gateway.routes().stream().flatMap(List::stream).map(RouteDispatch::route).toList(), catalog(),
				this.version);
	}

	private EndpointCatalog catalog() {
		Set<String> binders = this.bindings.binderNames();
		Map<String, String> types = new HashMap<>();
		binders.forEach((name) -> types.put(name, this.bindings.binderType(name)));
		Map<String, String> ofBindings = new HashMap<>();
		this.registry.status()
			.forEach((binding) -> ofBindings.put(binding.name(), this.bindings.binderType(binding.binder())));
		return new EndpointCatalog(binders, ofBindings.keySet(), types, ofBindings, true);
	}

}
