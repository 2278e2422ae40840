package io.meshbridge.gateway.admin;

import java.util.List;

import io.meshbridge.gateway.routes.Gateway;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code /admin/routes}: the active routes and what they have done.
 */
@RestController
@RequestMapping("/admin/routes")
class RoutesController {

	private final Gateway gateway;

	RoutesController(Gateway gateway) {
		this.gateway = gateway;
	}

	@GetMapping
	List<RouteView> all() {
		return this.gateway.routes()
			.stream()
			.map((stages) -> RouteView.of(stages, this.gateway.sourceCounts(stages.get(0))))
			.toList();
	}

	@GetMapping("/{id}")
	RouteView one(@PathVariable String id) {
		List<RouteView> all = all();
		return all.stream()
			.filter((route) -> route.id().equals(id))
			.findFirst()
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no route '" + id + "', "
					+ KnownNames.expectedOneOf(all.stream().map(RouteView::id).toList())));
	}

}
