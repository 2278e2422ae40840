package io.meshbridge.gateway.admin;

import java.time.Instant;
import java.util.List;

import io.meshbridge.gateway.routes.LiveRules;
import io.meshbridge.gateway.routes.RulesRevision;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /admin/rules}: which rules are active since when, what is wrong with those that
 * are not, and the way back.
 */
@RestController
@RequestMapping("/admin/rules")
class RulesController {

	private final LiveRules rules;

	private final RulesThreads threads;

	RulesController(LiveRules rules, RulesThreads threads) {
		this.rules = rules;
		this.threads = threads;
	}

	/**
	 * Which revision of the rules is active, and what is wrong with the routes file as it
	 * is now.
	 */
	@GetMapping
	StatusView status() {
		RulesRevision active = this.rules.active();
		return new StatusView(active.number(), active.time(), active.author(), this.rules.fileName(),
				(this.rules.watched() == null) ? null : this.rules.watched().toString(),
				RulesErrors.ProblemView.of(this.rules.problems()), FindingView.of(this.rules.findings()));
	}

	/**
	 * Lists the last 100 revisions of the rules, newest first.
	 */
	@GetMapping("/revisions")
	Mono<List<RulesRevision>> revisions() {
		return this.threads.aside(this.rules::revisions);
	}

	/**
	 * Shows one revision with the routes file as it was then. With {@code Accept:
	 * application/yaml} it is that text alone.
	 * @param number of the revision
	 */
	@GetMapping("/revisions/{number}")
	@ProblemAnswer(status = 404, when = "there is no such revision")
	Mono<RevisionView> revision(@PathVariable long number) {
		return this.threads.aside(() -> RevisionView.of(this.rules.revision(number), this.rules.textOf(number)));
	}

	/**
	 * Shows one revision with the routes file as it was then. With {@code Accept:
	 * application/yaml} it is that text alone.
	 * @param number of the revision
	 */
	@GetMapping(path = "/revisions/{number}", produces = { RulesRequest.YAML, RulesRequest.TEXT_YAML })
	@ProblemAnswer(status = 404, when = "there is no such revision")
	Mono<String> text(@PathVariable long number) {
		return this.threads.aside(() -> this.rules.textOf(number));
	}

	/**
	 * Puts the routes file back as it was in an earlier revision.
	 * @param number of the revision
	 * @param dryRun whether only to say what would change
	 */
	@PostMapping("/revisions/{number}/activate")
	@RulesRequest.Conditional
	@ProblemAnswer(status = 404, when = "there is no such revision")
	@ProblemAnswer(status = 409, when = "the routes file was changed on the disk, or can not be edited")
	@ProblemAnswer(status = 412, when = "If-Match or If-None-Match does not hold; changed says who was faster")
	@ProblemAnswer(status = 422, when = "the rules would have problems, which are listed")
	Mono<ResponseEntity<RulesRequest.ChangeView>> activate(@PathVariable long number,
			@RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun, ServerHttpRequest request) {
		return this.threads.aside(() -> {
			LiveRules.Outcome outcome = this.rules.bringBack(number, RulesRequest.condition(request),
					Caller.of(request), dryRun);
			return RulesRequest.answer(outcome, dryRun, 200,
					RulesRequest.tag(String.valueOf(this.rules.active().number())));
		});
	}

	/**
	 * What is active.
	 *
	 * @param file the routes file
	 * @param watched how often it is looked at; not there when it is not
	 * @param problems of the file as it is now; while there are any, what was active
	 * stays
	 * @param findings what is allowed in the active rules and probably not meant
	 */
	record StatusView(long revision, Instant time, String author, String file, @Nullable String watched,
			List<RulesErrors.ProblemView> problems, List<FindingView> findings) {
	}

	/**
	 * A revision with the routes file as it was.
	 */
	record RevisionView(long number, Instant time, String author, List<String> added, List<String> changed,
			List<String> removed, long restored, String text) {

		static RevisionView of(RulesRevision revision, String text) {
			return new RevisionView(revision.number(), revision.time(), revision.author(), revision.added(),
					revision.changed(), revision.removed(), revision.restored(), text);
		}

	}

}
