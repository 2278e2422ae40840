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
 * {@code POST /admin/bindings/pause/mqtt:plant/+/temperature}. Asking twice is as good as
 * asking once.
 */
@RestController
@RequestMapping("/admin/bindings")
class BindingsController {

	private final BindingRegistry bindings;

	BindingsController(BindingRegistry bindings) {
		this.bindings = bindings;
	}

	/**
	 * Lists all sources and targets.
	 */
	@GetMapping
	List<BindingStatus> all() {
		return this.bindings.status();
	}

	/**
	 * Holds a source back. Its events stay with their broker until it is resumed, or the
	 * gateway starts again.
	 * @param name of the source, as the list of bindings shows it, slashes included
	 */
	@PostMapping("/pause/{*name}")
	@ProblemAnswer(status = 404, when = "there is no such source")
	@ProblemAnswer(status = 409, when = "it is a target")
	BindingStatus pause(@PathVariable String name) {
		return change(name, SourceBinding::pause);
	}

	/**
	 * Ends the pause of a source.
	 * @param name of the source, as the list of bindings shows it, slashes included
	 */
	@PostMapping("/resume/{*name}")
	@ProblemAnswer(status = 404, when = "there is no such source")
	@ProblemAnswer(status = 409, when = "it is a target")
	BindingStatus resume(@PathVariable String name) {
		return change(name, SourceBinding::resume);
	}

	private BindingStatus change(String path, Consumer<SourceBinding> action) {
		// The rest of a path is captured with its leading slash, if it has one.
		String name = path.startsWith("/") ? path.substring(1) : path;
		SourceBinding source = this.bindings.sourceNamed(name);
		if (source == null) {
			throw notASource(name);
		}
		action.accept(source);
		return source.status();
	}

	private ResponseStatusException notASource(String name) {
		List<BindingStatus> all = this.bindings.status();
		if (all.stream().anyMatch((binding) -> binding.name().equals(name))) {
			return new ResponseStatusException(HttpStatus.CONFLICT,
					"'" + name + "' is a target, and only sources can be paused: pause those whose routes send to it");
		}
		List<String> sources = all.stream()
			.filter((binding) -> binding.kind() == BindingStatus.Kind.SOURCE)
			.map(BindingStatus::name)
			.toList();
		String encode = sources.stream().anyMatch(this::needsEncoding)
				? "; in a URL write % as %25, # as %23, ? as %3F, { as %7B and } as %7D" : "";
		return new ResponseStatusException(HttpStatus.NOT_FOUND,
				"there is no source '" + name + "', " + KnownNames.expectedOneOf(sources) + encode);
	}

	private boolean needsEncoding(String name) {
		return name.chars().anyMatch((character) -> "%#?{}".indexOf(character) >= 0);
	}

}
