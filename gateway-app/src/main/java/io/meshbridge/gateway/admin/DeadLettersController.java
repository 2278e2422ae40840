package io.meshbridge.gateway.admin;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.format.MediaTypes;
import io.meshbridge.gateway.desk.AuditEntry;
import io.meshbridge.gateway.desk.DeadLetterDesk;
import io.meshbridge.gateway.desk.DeskUnavailableException;
import io.meshbridge.gateway.desk.Letter;
import io.meshbridge.gateway.desk.LetterFilter;
import io.meshbridge.gateway.desk.LetterGroup;
import io.meshbridge.gateway.desk.ReplayJob;
import io.meshbridge.gateway.desk.Selection;
import io.meshbridge.rules.RateLimit;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * {@code /admin/dead-letters}: what targets did not take, and the means to correct it, to
 * send it again and to throw it away. That asks for the number of letters once more:
 * {@code POST /admin/dead-letters/discard?route=orders&confirm=17}.
 */
@RestController
@RequestMapping("/admin/dead-letters")
class DeadLettersController implements DisposableBean {

	private static final int DEFAULT_SIZE = 50;

	private static final int MOST = 1000;

	private static final Set<String> PAGE = LetterParameters.union(LetterParameters.FILTER,
			Set.of("after", "size", "order"));

	private static final Set<String> REPLAY = LetterParameters.union(LetterParameters.SELECTION,
			Set.of("rate", "force"));

	private static final Set<String> DISCARD = LetterParameters.union(LetterParameters.SELECTION, Set.of("confirm"));

	private final DeadLetterDesk desk;

	/**
	 * Of its own: a thread of Reactor's is interrupted when its client goes away, and an
	 * interrupt closes the file under the database.
	 */
	private final ExecutorService threads = Executors.newFixedThreadPool(4, (task) -> {
		Thread thread = new Thread(task, "dead-letters-admin");
		thread.setDaemon(true);
		return thread;
	});

	DeadLettersController(DeadLetterDesk desk) {
		this.desk = desk;
	}

	/**
	 * Lists the dead letters that a filter lets through, page by page.
	 */
	@GetMapping
	@LetterParameters.Filter
	@Parameter(name = "after", in = ParameterIn.QUERY, description = "number of the last letter of the page before")
	@Parameter(name = "size", in = ParameterIn.QUERY, description = "letters on a page, 1 to 1000; default 50")
	@Parameter(name = "order", in = ParameterIn.QUERY, description = "newest, which is the default, or oldest first")
	@ProblemAnswer(status = 400, when = "a parameter is unknown or wrong; all that is wrong is listed")
	@ProblemAnswer(status = 503, when = "the desk is not there; the text says why")
	Mono<LetterView.Page> page(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters,
			ServerHttpRequest request) {
		LetterParameters asked = new LetterParameters(parameters, null, PAGE);
		LetterFilter filter = asked.filter();
		Long after = asked.number("after");
		int size = asked.number("size", DEFAULT_SIZE, MOST);
		boolean newestFirst = asked.choice("order", "newest", List.of("newest", "oldest")).equals("newest");
		asked.requireNoProblems();
		return aside(() -> {
			List<Letter> letters = this.desk.page(filter, after, newestFirst, size + 1);
			List<Letter> shown = letters.subList(0, Math.min(size, letters.size()));
			String next = (letters.size() <= size) ? null
					: UriComponentsBuilder.fromUri(request.getURI())
						.scheme(null)
						.host(null)
						.port(null)
						.replaceQueryParam("after", shown.get(size - 1).number())
						.build(true)
						.toUriString();
			boolean all = after == null && next == null;
			return new LetterView.Page(all ? shown.size() : this.desk.count(filter), shown, next);
		});
	}

	/**
	 * Counts the dead letters that a filter lets through, by why they are there.
	 */
	@GetMapping("/causes")
	@LetterParameters.Filter
	@ProblemAnswer(status = 400, when = "a parameter is unknown or wrong; all that is wrong is listed")
	@ProblemAnswer(status = 503, when = "the desk is not there; the text says why")
	Mono<List<LetterGroup>> causes(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
		LetterParameters asked = new LetterParameters(parameters, null, LetterParameters.FILTER);
		LetterFilter filter = asked.filter();
		asked.requireNoProblems();
		return aside(() -> this.desk.groups(filter));
	}

	/**
	 * How full the desk is, and which sinks it reads.
	 */
	@GetMapping("/status")
	@ProblemAnswer(status = 503, when = "the desk is not there; the text says why")
	Mono<DeadLetterDesk.Status> status() {
		return aside(this.desk::status);
	}

	/**
	 * Shows one dead letter with its event and what happened to it.
	 * @param number of the letter
	 */
	@GetMapping("/{number}")
	@ProblemAnswer(status = 404, when = "there is no such letter")
	@ProblemAnswer(status = 503, when = "the desk is not there; the text says why")
	Mono<LetterView> one(@PathVariable long number) {
		return aside(() -> LetterView.of(letter(number)));
	}

	/**
	 * The event of a dead letter as it would be sent, to be corrected and put back.
	 * @param number of the letter
	 */
	@GetMapping("/{number}/event")
	@ProblemAnswer(status = 404, when = "there is no such letter")
	@ProblemAnswer(status = 503, when = "the desk is not there; the text says why")
	Mono<ResponseEntity<byte[]>> event(@PathVariable long number) {
		return aside(() -> {
			CloudEventBuilder event = CloudEventBuilder.from(letter(number).event());
			DeadLetterDesk.letterAttributes().forEach(event::withoutExtension);
			return ResponseEntity.ok()
				.header("Content-Type", MediaTypes.EVENT_JSON)
				.body(JsonEventFormat.write(event.build()));
		});
	}

	/**
	 * Puts a corrected event in the place of the one of a dead letter.
	 * @param number of the letter
	 * @param document the event in the CloudEvents JSON format
	 */
	@PutMapping("/{number}/event")
	@ProblemAnswer(status = 400, when = "it is no event, or has another id or source")
	@ProblemAnswer(status = 404, when = "there is no such letter")
	@ProblemAnswer(status = 409, when = "the letter is on its way to its target, or gone")
	@ProblemAnswer(status = 503, when = "the desk is not there; the text says why")
	Mono<LetterView> edit(@PathVariable long number, @RequestBody byte[] document, ServerHttpRequest request) {
		return aside(() -> {
			CorrectedEvent corrected = CorrectedEvent.of(document, letter(number));
			CloudEvent event = corrected.event();
			String changed = corrected.changed().isEmpty() ? "nothing" : String.join(", ", corrected.changed());
			if (!this.desk.edit(number, event, Caller.of(request), "changed " + changed)) {
				throw new ResponseStatusException(HttpStatus.CONFLICT,
						"dead letter " + number + " is on its way to its target, or gone");
			}
			return LetterView.of(letter(number));
		});
	}

	private DeadLetterDesk.OpenLetter letter(long number) {
		DeadLetterDesk.OpenLetter letter = this.desk.find(number);
		if (letter == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no dead letter " + number);
		}
		return letter;
	}

	/**
	 * Sends dead letters to their targets again. Answers at once; the job that it makes
	 * says how far it is. Parameters may stand in a JSON body too.
	 */
	@PostMapping("/replay")
	@ResponseStatus(HttpStatus.ACCEPTED)
	@LetterParameters.Filter
	@LetterParameters.Selected
	@Parameter(name = "rate", in = ParameterIn.QUERY, description = "how fast, such as 20/100ms; default 100/s")
	@Parameter(name = "force", in = ParameterIn.QUERY,
			description = "true to send those too that were sent again as often as is allowed")
	@ProblemAnswer(status = 400, when = "a parameter is unknown or wrong; all that is wrong is listed")
	@ProblemAnswer(status = 503, when = "the desk is not there; the text says why")
	Mono<ReplayJob.Progress> replay(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters,
			@RequestBody(required = false) @Nullable Map<String, Object> body, ServerHttpRequest request) {
		LetterParameters asked = new LetterParameters(parameters, body, REPLAY);
		Selection selection = asked.selection();
		RateLimit rate = asked.rate();
		boolean force = asked.flag("force");
		asked.requireNoProblems();
		return aside(() -> this.desk.replay(selection, rate, force, Caller.of(request)));
	}

	/**
	 * Lists the replays since the start with how far they are.
	 */
	@GetMapping("/replays")
	List<ReplayJob.Progress> replays() {
		return this.desk.replays();
	}

	/**
	 * How far a replay is.
	 * @param id of the replay
	 */
	@GetMapping("/replays/{id}")
	@ProblemAnswer(status = 404, when = "there is no such replay")
	ReplayJob.Progress replay(@PathVariable long id) {
		return this.desk.replays().stream().filter((job) -> job.id() == id).findFirst().orElseThrow(() -> noReplay(id));
	}

	/**
	 * Ends a replay. What is under way goes on.
	 * @param id of the replay
	 */
	@DeleteMapping("/replays/{id}")
	@ProblemAnswer(status = 404, when = "there is no such replay")
	ReplayJob.Progress cancel(@PathVariable long id) {
		ReplayJob.Progress job = this.desk.cancel(id);
		if (job == null) {
			throw noReplay(id);
		}
		return job;
	}

	private ResponseStatusException noReplay(long id) {
		return new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no replay " + id + ", " + KnownNames
			.expectedOneOf(this.desk.replays().stream().map((job) -> String.valueOf(job.id())).toList()));
	}

	/**
	 * Throws dead letters away. Parameters may stand in a JSON body too.
	 */
	@PostMapping("/discard")
	@LetterParameters.Filter
	@LetterParameters.Selected
	@Parameter(name = "confirm", in = ParameterIn.QUERY,
			description = "how many letters that are; without it none is thrown away and the answer says how many would be")
	@ProblemAnswer(status = 400, when = "it is not confirmed, or a parameter is unknown or wrong")
	@ProblemAnswer(status = 503, when = "the desk is not there; the text says why")
	Mono<Map<String, Object>> discard(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters,
			@RequestBody(required = false) @Nullable Map<String, Object> body, ServerHttpRequest request) {
		LetterParameters asked = new LetterParameters(parameters, body, DISCARD);
		Selection selection = asked.selection();
		Long confirm = asked.number("confirm");
		asked.requireNoProblems();
		return aside(() -> {
			long letters = (confirm == null) ? this.desk.count(selection)
					: this.desk.discard(selection, confirm, Caller.of(request));
			if (confirm == null || confirm != letters) {
				throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
						letters + " dead letters would be thrown away; confirm it with confirm=" + letters);
			}
			return Map.of("discarded", letters);
		});
	}

	/**
	 * Who corrected, sent again and threw away what, newest first.
	 */
	@GetMapping("/audit")
	@ProblemAnswer(status = 503, when = "the desk is not there; the text says why")
	Mono<List<AuditEntry>> audit() {
		return aside(() -> this.desk.audit(MOST));
	}

	private <T> Mono<T> aside(Supplier<T> answer) {
		return Mono.fromFuture(() -> CompletableFuture.supplyAsync(answer, this.threads))
			.onErrorMap(DeskUnavailableException.class,
					(ex) -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, ex.getMessage(), ex));
	}

	@Override
	public void destroy() {
		this.threads.shutdown();
	}

}
