package io.meshbridge.gateway.admin;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.gateway.dispatch.Dispatcher;
import io.meshbridge.gateway.explain.Explainer;
import io.meshbridge.gateway.explain.ExplanationView;
import io.meshbridge.gateway.explain.Given;
import io.meshbridge.gateway.explain.TableDiff;
import io.meshbridge.gateway.ingress.PlainProperties;
import io.meshbridge.gateway.ingress.RecentEvents;
import io.meshbridge.gateway.routes.LiveRules;
import io.meshbridge.rules.RouteTable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code /admin/explain} and {@code /admin/routes:diff}: what the active rules make of an
 * event, and what others would have made of those that came in last. Nothing is sent.
 */
@RestController
class ExplainController {

	private static final int MOST_MINUTES = 24 * 60;

	private final LiveRules rules;

	private final RecentEvents recent;

	private final Dispatcher dispatcher;

	private final RulesThreads threads;

	private final Clock clock;

	ExplainController(LiveRules rules, RecentEvents recent, Dispatcher dispatcher, RulesThreads threads, Clock clock) {
		this.rules = rules;
		this.recent = recent;
		this.dispatcher = dispatcher;
		this.threads = threads;
		this.clock = clock;
	}

	/**
	 * Says what the active rules make of an event, without sending anything. The body is
	 * the event in the CloudEvents JSON format.
	 * @param from only routes from this endpoint; every route by default
	 * @param key record key that the event comes with
	 */
	@PostMapping("/admin/explain")
	@ProblemAnswer(status = 400, when = "the body is no event")
	Mono<ExplanationView> explain(@RequestParam(required = false) @Nullable String from,
			@RequestParam(required = false) @Nullable String key, ServerHttpRequest request) {
		return RulesRequest.body(request)
			.flatMap((body) -> this.threads.aside(() -> ExplanationView
				.of(explainer().explain(this.rules.table().routes(), new Given.Event(event(body), key), from))));
	}

	private static CloudEvent event(String body) {
		try {
			return JsonEventFormat.read(body.getBytes(StandardCharsets.UTF_8));
		}
		catch (UnreadableMessageException ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"no event in the CloudEvents JSON format: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Tries other rules on the events that came in last. The body is a whole routes file;
	 * nothing is changed or sent. Events are known as far back as {@code
	 * meshbridge.recent-events} lets them.
	 * @param minutes how far back to look, 1 to 1440
	 */
	@PostMapping("/admin/routes:diff")
	@ProblemAnswer(status = 400, when = "minutes is out of range")
	@ProblemAnswer(status = 422, when = "the rules have problems, which are listed")
	Mono<TableDiff> diff(@RequestParam(defaultValue = "10") int minutes, ServerHttpRequest request) {
		if (minutes < 1 || minutes > MOST_MINUTES) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"minutes is " + minutes + ", expected 1 to " + MOST_MINUTES);
		}
		return RulesRequest.body(request).flatMap((body) -> this.threads.aside(() -> {
			RouteTable candidate = this.rules.tried(body);
			List<TableDiff.Tried> events = this.recent.since(this.clock.instant().minus(Duration.ofMinutes(minutes)))
				.stream()
				.map((seen) -> new TableDiff.Tried(given(seen), seen.from()))
				.toList();
			return TableDiff.of(explainer(), this.rules.table().routes(), candidate.routes(), events);
		}));
	}

	private Explainer explainer() {
		return new Explainer(this.rules.catalog(), this.dispatcher.transformLimits(), this.clock);
	}

	private static Given given(RecentEvents.Seen seen) {
		if (seen.content() instanceof Content.Plain plain) {
			return new Given.Message(new PlainProperties(plain.message(), seen.binder()), plain.message().data());
		}
		byte[] key = seen.recordKey();
		return new Given.Event(((Content.Event) seen.content()).event(),
				(key == null) ? null : new String(key, StandardCharsets.UTF_8));
	}

}
