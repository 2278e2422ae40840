package io.meshbridge.gateway.admin;

import java.util.List;
import java.util.Objects;

import io.meshbridge.gateway.routes.Gateway;
import io.meshbridge.gateway.routes.LiveRules;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code /admin/routes}: the active routes and what they have done, and, for those in the
 * routes file, the means to change them.
 */
@RestController
@RequestMapping("/admin/routes")
class RoutesController {

	private final Gateway gateway;

	private final LiveRules rules;

	private final RulesThreads threads;

	RoutesController(Gateway gateway, LiveRules rules, RulesThreads threads) {
		this.gateway = gateway;
		this.rules = rules;
		this.threads = threads;
	}

	/**
	 * Lists the active routes with what they have done. With {@code Accept:
	 * application/yaml} it is the text of the routes file, to be corrected and put back.
	 */
	@GetMapping
	ResponseEntity<List<RouteView>> all() {
		return ResponseEntity.ok().eTag(tableTag()).body(views());
	}

	private List<RouteView> views() {
		return this.gateway.routes()
			.stream()
			.map((stages) -> RouteView.of(stages, this.gateway.sourceCounts(stages.get(0))))
			.toList();
	}

	/**
	 * Lists the active routes with what they have done. With {@code Accept:
	 * application/yaml} it is the text of the routes file, to be corrected and put back.
	 */
	@GetMapping(produces = { RulesRequest.YAML, RulesRequest.TEXT_YAML })
	Mono<ResponseEntity<String>> file() {
		return this.threads.aside(() -> ResponseEntity.ok().eTag(tableTag()).body(this.rules.text()));
	}

	/**
	 * Shows an active route with what it has done. With {@code Accept: application/yaml}
	 * it is its text in the routes file, to be corrected and put back.
	 * @param id of the route
	 */
	@GetMapping("/{id}")
	@ProblemAnswer(status = 404, when = "there is no such route")
	ResponseEntity<RouteView> one(@PathVariable String id) {
		List<RouteView> all = views();
		RouteView view = all.stream()
			.filter((route) -> route.id().equals(id))
			.findFirst()
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no route '" + id + "', "
					+ KnownNames.expectedOneOf(all.stream().map(RouteView::id).toList())));
		return ResponseEntity.ok().eTag(tag(id)).body(view);
	}

	/**
	 * Shows an active route with what it has done. With {@code Accept: application/yaml}
	 * it is its text in the routes file, to be corrected and put back.
	 * @param id of the route
	 */
	@GetMapping(path = "/{id}", produces = { RulesRequest.YAML, RulesRequest.TEXT_YAML })
	@ProblemAnswer(status = 404, when = "there is no such route")
	@ProblemAnswer(status = 409, when = "it stands elsewhere than in the routes file")
	Mono<ResponseEntity<String>> written(@PathVariable String id) {
		return this.threads.aside(() -> ResponseEntity.ok().eTag(tag(id)).body(this.rules.textOf(id)));
	}

	/**
	 * Puts another text in the place of the whole routes file. The body is YAML or JSON.
	 * @param dryRun whether only to say what would change
	 */
	@PutMapping
	@RulesRequest.Conditional
	@ProblemAnswer(status = 409, when = "the routes file was changed on the disk, or can not be edited")
	@ProblemAnswer(status = 412, when = "If-Match or If-None-Match does not hold; changed says who was faster")
	@ProblemAnswer(status = 422, when = "the rules would have problems, which are listed")
	Mono<ResponseEntity<RulesRequest.ChangeView>> putAll(
			@RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun, ServerHttpRequest request) {
		return RulesRequest.body(request).flatMap((body) -> this.threads.aside(() -> {
			LiveRules.Outcome outcome = this.rules.putAll(body, RulesRequest.condition(request), Caller.of(request),
					dryRun);
			return RulesRequest.answer(outcome, dryRun, 200, tableTag());
		}));
	}

	/**
	 * Puts a route in the place of the one with its id, or behind all others. The body is
	 * the route, YAML or JSON.
	 * @param id of the route
	 * @param dryRun whether only to say what would change
	 */
	@PutMapping("/{id}")
	@RulesRequest.Conditional
	@ProblemAnswer(status = 409, when = "the routes file was changed on the disk, or can not be edited")
	@ProblemAnswer(status = 412, when = "If-Match or If-None-Match does not hold; changed says who was faster")
	@ProblemAnswer(status = 422, when = "the rules would have problems, which are listed")
	Mono<ResponseEntity<RulesRequest.ChangeView>> put(@PathVariable String id,
			@RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun, ServerHttpRequest request) {
		return RulesRequest.body(request).flatMap((body) -> this.threads.aside(() -> {
			LiveRules.Outcome outcome = this.rules.put(id, body, RulesRequest.condition(request), Caller.of(request),
					dryRun);
			boolean created = !dryRun && outcome.change().added().contains(id);
			return RulesRequest.answer(outcome, dryRun, created ? 201 : 200, tag(id));
		}));
	}

	/**
	 * Removes a route.
	 * @param id of the route
	 * @param dryRun whether only to say what would change
	 */
	@DeleteMapping("/{id}")
	@RulesRequest.Conditional
	@ProblemAnswer(status = 404, when = "there is no such route")
	@ProblemAnswer(status = 409, when = "the routes file was changed on the disk, or can not be edited")
	@ProblemAnswer(status = 412, when = "If-Match or If-None-Match does not hold; changed says who was faster")
	@ProblemAnswer(status = 422, when = "the rules would have problems, which are listed")
	Mono<ResponseEntity<RulesRequest.ChangeView>> remove(@PathVariable String id,
			@RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun, ServerHttpRequest request) {
		return this.threads.aside(() -> {
			LiveRules.Outcome outcome = this.rules.remove(id, RulesRequest.condition(request), Caller.of(request),
					dryRun);
			return RulesRequest.answer(outcome, dryRun, 200, tableTag());
		});
	}

	private String tableTag() {
		return RulesRequest.tag(String.valueOf(this.rules.active().number()));
	}

	/** Of a route that is not there, the table's. */
	private String tag(String id) {
		return RulesRequest
			.tag(Objects.requireNonNullElse(this.rules.fingerprint(id), String.valueOf(this.rules.active().number())));
	}

}
