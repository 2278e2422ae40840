package io.meshbridge.gateway.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.meshbridge.gateway.dispatch.TargetState;
import io.meshbridge.gateway.routes.Gateway;
import io.meshbridge.gateway.story.LiveLeg;
import io.meshbridge.gateway.story.Stories;
import io.meshbridge.gateway.story.Story;
import io.meshbridge.rules.RouteTarget;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code /admin/events?source=&id=}: what became of one event. All entries are looked
 * through, so it does not run on the threads that answer others.
 */
@RestController
@RequestMapping("/admin/events")
class EventsController {

	private final Stories stories;

	private final Gateway gateway;

	EventsController(Stories stories, Gateway gateway) {
		this.stories = stories;
		this.gateway = gateway;
	}

	/**
	 * What became of one event, and where it is now.
	 * @param source of the event
	 * @param id of the event
	 */
	@GetMapping
	@ProblemAnswer(status = 400, when = "source or id is missing")
	@ProblemAnswer(status = 404, when = "no such event came in as far back as is remembered")
	@ProblemAnswer(status = 503, when = "no stories are written")
	Mono<Story> one(@RequestParam(required = false) @Nullable String source,
			@RequestParam(required = false) @Nullable String id) {
		if (source == null || source.isEmpty() || id == null || id.isEmpty()) {
			throw missing(source, id);
		}
		return Mono.fromCallable(() -> known(this.stories.tell(source, id, legs())))
			.subscribeOn(Schedulers.boundedElastic())
			.onErrorMap(IllegalStateException.class,
					(ex) -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, ex.getMessage(), ex));
	}

	private static ResponseStatusException missing(@Nullable String source, @Nullable String id) {
		String names = Stream
			.of((source == null || source.isEmpty()) ? "source" : "", (id == null || id.isEmpty()) ? "id" : "")
			.filter((name) -> !name.isEmpty())
			.collect(Collectors.joining(" and "));
		return new ResponseStatusException(HttpStatus.BAD_REQUEST, "the event's " + names
				+ " must be in the query, encoded as in a URL: /admin/events?source=/shop&id=4711");
	}

	private static Story known(Story story) {
		if (story.entries().isEmpty()) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND,
					"nothing is known of event '" + story.id() + "' of '" + story.source() + "': "
							+ ((story.reachesBackTo() == null) ? "no event has come in yet"
									: "it has not come in since " + story.reachesBackTo()
											+ ", and what was before that is not kept (meshbridge.story.max-entries, "
											+ "meshbridge.story.max-age)"));
		}
		return story;
	}

	private List<LiveLeg> legs() {
		List<LiveLeg> legs = new ArrayList<>();
		for (List<RouteDispatch> stages : this.gateway.routes()) {
			for (RouteDispatch stage : stages) {
				List<TargetState> states = stage.targetStates();
				for (int i = 0; i < states.size(); i++) {
					RouteTarget target = stage.route().to().get(i);
					legs.add(new LiveLeg(stage.route().id(), this.gateway.sourceName(stage),
							stage.route().from().toString(), target.endpoint().toString(), states.get(i).problem()));
				}
			}
		}
		return legs;
	}

}
