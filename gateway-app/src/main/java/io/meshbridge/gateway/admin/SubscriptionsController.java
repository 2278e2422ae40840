package io.meshbridge.gateway.admin;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

import io.meshbridge.gateway.routes.LiveRules;
import io.meshbridge.gateway.routes.RulesConflictException;
import io.meshbridge.gateway.routes.UnknownRuleException;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.YamlSettings;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code /subscriptions}: the routes of the routes file that have one target, by the
 * CloudEvents Subscriptions API (<a href=
 * "https://github.com/cloudevents/spec/blob/main/subscriptions/spec.md#33-api-operations">3.3
 * API Operations</a>).
 */
@RestController
@RequestMapping("/subscriptions")
class SubscriptionsController {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final LiveRules rules;

	private final RulesThreads threads;

	SubscriptionsController(LiveRules rules, RulesThreads threads) {
		this.rules = rules;
		this.threads = threads;
	}

	@GetMapping
	Mono<List<Subscription>> all() {
		return this.threads.aside(() -> this.rules.table().routes().stream().flatMap(this::written).toList());
	}

	private Stream<Subscription> written(Route route) {
		try {
			return Stream.ofNullable(find(route.id()));
		}
		catch (RulesConflictException | UnknownRuleException ex) {
			// It stands elsewhere, or went meanwhile.
			return Stream.empty();
		}
	}

	@GetMapping("/{id}")
	Mono<Subscription> one(@PathVariable String id) {
		return this.threads.aside(() -> known(id));
	}

	private Subscription known(String id) {
		Subscription subscription = find(id);
		if (subscription == null) {
			throw new ResponseStatusException(HttpStatus.CONFLICT, "route '" + id
					+ "' has several targets, or one that no subscription can name; see /admin/routes/" + id);
		}
		return subscription;
	}

	@SuppressWarnings("unchecked")
	private @Nullable Subscription find(String id) {
		Object written = YamlSettings.read("route", this.rules.textOf(id)).plain();
		return (written instanceof Map<?, ?> route) ? Subscription.of(id, (Map<String, Object>) route) : null;
	}

	@PostMapping
	Mono<ResponseEntity<Subscription>> create(@RequestBody Map<String, Object> body, ServerHttpRequest request) {
		return this.threads.aside(() -> {
			String id = UUID.randomUUID().toString();
			put(id, body, new LiveRules.Condition(List.of(), false, true), request);
			return ResponseEntity.created(URI.create("/subscriptions/" + id)).body(known(id));
		});
	}

	@PutMapping("/{id}")
	Mono<Subscription> replace(@PathVariable String id, @RequestBody Map<String, Object> body,
			ServerHttpRequest request) {
		return this.threads.aside(() -> {
			known(id);
			put(id, body, RulesRequest.condition(request), request);
			return known(id);
		});
	}

	private void put(String id, Map<String, Object> body, LiveRules.Condition condition, ServerHttpRequest request) {
		Subscription subscription = Subscription.read(id, body);
		this.rules.put(id, Objects.requireNonNull(JSON.writeValueAsString(subscription.route())), condition,
				Caller.of(request), false);
	}

	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	Mono<Void> remove(@PathVariable String id, ServerHttpRequest request) {
		return this.threads.<Object>aside(() -> {
			known(id);
			return this.rules.remove(id, RulesRequest.condition(request), Caller.of(request), false);
		}).then();
	}

}
