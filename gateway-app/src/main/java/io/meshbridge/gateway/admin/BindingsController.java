package io.meshbridge.gateway.admin;

import java.util.List;
import java.util.function.Consumer;

import io.meshbridge.gateway.bindings.BindingRegistry;
import io.meshbridge.gateway.bindings.BindingStatus;
import io.meshbridge.gateway.bindings.SourceBinding;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code /admin/bindings}: sources and targets, and a brake for each source. The name
 * comes last in the path, as it may hold slashes:
 * {@code POST /admin/bindings/pause/mqtt:plant/+/temperature}.
 */
@RestController
@RequestMapping("/admin/bindings")
class BindingsController {

	private final BindingRegistry bindings;

	BindingsController(BindingRegistry bindings) {
		this.bindings = bindings;
	}

	@GetMapping
	List<BindingStatus> all() {
		return this.bindings.status();
	}

	@PostMapping("/pause/{*name}")
	BindingStatus pause(@PathVariable String name) {
		return change(name, SourceBinding::pause);
	}

	@PostMapping("/resume/{*name}")
	BindingStatus resume(@PathVariable String name) {
		return change(name, SourceBinding::resume);
	}

	private BindingStatus change(String path, Consumer<SourceBinding> action) {
		// The rest of a path is captured with its leading slash.
		String name = path.substring(1);
		SourceBinding source = this.bindings.sourceNamed(name);
		if (source == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND,
					"there is no source '" + name + "'; GET /admin/bindings lists them");
		}
		action.accept(source);
		return source.status();
	}

}
