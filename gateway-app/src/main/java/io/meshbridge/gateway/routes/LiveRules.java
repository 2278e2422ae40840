package io.meshbridge.gateway.routes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.meshbridge.gateway.GatewayMeter;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Location;
import io.meshbridge.rules.Problem;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTable;
import io.meshbridge.rules.RoutesText;
import io.meshbridge.rules.RulesException;
import io.meshbridge.rules.Setting;
import io.meshbridge.rules.YamlSettings;
import io.meshbridge.rules.lint.Finding;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The rules while the gateway runs: follows the routes file, and edits it for the admin
 * API. Each change is compiled whole before anything is touched, and activated whole as a
 * new revision; one with problems changes nothing. One change at a time.
 */
@Component
public class LiveRules implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(LiveRules.class);

	private static final Logger audit = LoggerFactory.getLogger("io.meshbridge.audit");

	private static final String START = "start";

	private static final String FILE = "file";

	private static final String REQUEST = "request";

	/** More are compared with one another for longer than anybody wants to wait. */
	private static final int MOST_LINTED = 2000;

	private final RuleSources sources;

	private final RoutesFile file;

	private final Gateway gateway;

	private final GatewayProperties properties;

	private final Clock clock;

	private final RevisionStore revisions;

	private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "routes-watch");
		thread.setDaemon(true);
		return thread;
	});

	/** What is active; read without a lock, replaced under this. */
	private volatile RouteTable table = RouteTable.of(List.of());

	/** What the file held then; guarded by this, as what the file holds. */
	private @Nullable String text;

	private @Nullable Object fileKey;

	/** What the file held when it was last looked at, and may be half of what it will. */
	private @Nullable String seen;

	/** What the file held when it had the problems. */
	private @Nullable String refused;

	/** Read without a lock. */
	private volatile @Nullable RulesRevision active;

	private volatile List<Problem> problems = List.of();

	private final ActiveFindings findings = new ActiveFindings();

	private volatile boolean running;

	LiveRules(RuleSources sources, Gateway gateway, GatewayProperties properties, Clock clock, MeterRegistry meters) {
		this.sources = sources;
		this.file = sources.file();
		this.gateway = gateway;
		this.properties = properties;
		this.clock = clock;
		this.revisions = new RevisionStore(Path.of(properties.dataDir(), "rules"));
		GatewayMeter.RULES_REVISION.gauge(this.file.name(), () -> (this.active == null) ? 0 : active().number(),
				meters);
		GatewayMeter.RULES_PROBLEMS.gauge(this.file.name(), () -> this.problems.size(), meters);
	}

	/**
	 * The gateway has begun with the rules of the start by now.
	 */
	@Override
	public synchronized void start() {
		RuleSources.Rules initial = this.sources.initial();
		this.table = initial.compiled().table();
		this.text = initial.text();
		RevisionStore.Stored last = this.revisions.last();
		if (last != null && Objects.equals(last.text(), this.text)
				&& last.elsewhere().equals(this.sources.elsewhere())) {
			this.active = last.revision();
		}
		else {
			Map<String, String> before = (last == null) ? Map.of() : last.routes();
			Map<String, String> now = fingerprints(this.table);
			List<String> added = new ArrayList<>();
			List<String> changed = new ArrayList<>();
			now.forEach((id, revision) -> {
				if (!before.containsKey(id)) {
					added.add(id);
				}
				else if (!revision.equals(before.get(id))) {
					changed.add(id);
				}
			});
			record(START, added, changed, before.keySet().stream().filter((id) -> !now.containsKey(id)).toList(), 0);
		}
		this.findings.replace(lint(initial.compiled()));
		this.running = true;
		long interval = this.properties.routesWatch().toMillis();
		if (interval > 0) {
			this.watch.scheduleWithFixedDelay(this::look, interval, interval, TimeUnit.MILLISECONDS);
		}
	}

	@Override
	public void stop() {
		this.watch.shutdownNow();
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Looks at the file once. */
	void look() {
		try {
			lookAtFile();
		}
		catch (RuntimeException ex) {
			logger.error("{}: could not be activated, what was active stays", this.file.name(), ex);
		}
	}

	/**
	 * Activates what the file holds, if that is something new and whole. A file that
	 * another took the place of is whole; one that is written in its place may be half
	 * written, so it has to be the same when it is looked at again.
	 */
	private synchronized void lookAtFile() {
		RoutesFile.Content content;
		try {
			content = this.file.read();
		}
		catch (IOException ex) {
			problems(List.of(this.file.unreadable(ex)));
			return;
		}
		String found = content.text();
		if (Objects.equals(found, this.text)) {
			this.fileKey = content.key();
			this.seen = null;
			this.refused = null;
			problems(List.of());
		}
		else if (found == null) {
			problems(List.of(new Problem(new Location(this.file.name(), 0, 0), "file",
					"is gone; the routes that stood there stay active until the next start")));
		}
		else if (!found.equals(this.refused)) {
			boolean replaced = content.key() != null && this.fileKey != null && !content.key().equals(this.fileKey);
			if (replaced || found.equals(this.seen)) {
				this.fileKey = content.key();
				activateFile(found);
			}
			else {
				this.seen = found;
			}
		}
	}

	private void activateFile(String found) {
		this.seen = null;
		try {
			activate(this.sources.compile(found), found, null, FILE, 0);
			this.refused = null;
			problems(List.of());
		}
		catch (RulesException ex) {
			this.refused = found;
			problems(ex.problems());
		}
	}

	private void problems(List<Problem> found) {
		if (found.equals(this.problems)) {
			return;
		}
		this.problems = List.copyOf(found);
		if (found.isEmpty()) {
			logger.info("{}: is in order", this.file.name());
		}
		else {
			RulesRevision now = this.active;
			logger.warn("{}: {}, so revision {} of the rules stays active:\n{}", this.file.name(),
					(found.size() == 1) ? "has a problem" : "has " + found.size() + " problems",
					(now == null) ? 0 : now.number(), new RulesException(found).getMessage());
		}
	}

	private List<Finding> activate(CompiledRules compiled, @Nullable String written, RoutesFile.@Nullable Draft draft,
			String author, long restored) {
		List<Finding> found = lint(compiled);
		RulesChange change = RulesChange.between(this.table, compiled.table());
		this.gateway.apply(compiled.table());
		if (draft != null) {
			try {
				// Known at once, or the next who writes into it would seem to replace it.
				this.fileKey = draft.publish();
			}
			catch (RulesConflictException ex) {
				this.gateway.apply(this.table);
				throw ex;
			}
		}
		this.table = compiled.table();
		this.text = written;
		record(author, change.added(), change.changed(), change.removed(), restored);
		audit.info("{} rules: revision {}{}: {}", author, active().number(),
				(restored == 0) ? "" : " brings back revision " + restored, change);
		this.findings.replace(found);
		return found;
	}

	private static List<Finding> lint(CompiledRules compiled) {
		return (compiled.table().routes().size() > MOST_LINTED) ? List.of() : compiled.findings();
	}

	private void record(String author, List<String> added, List<String> changed, List<String> removed, long restored) {
		RevisionStore.Stored last = this.revisions.last();
		RulesRevision revision = new RulesRevision((last == null) ? 1 : last.revision().number() + 1, now(), author,
				added, changed, removed, restored);
		this.revisions
			.add(new RevisionStore.Stored(revision, this.text, this.sources.elsewhere(), fingerprints(this.table)));
		this.active = revision;
	}

	private Instant now() {
		return this.clock.instant();
	}

	private static Map<String, String> fingerprints(RouteTable table) {
		Map<String, String> routes = new LinkedHashMap<>();
		table.routes().forEach((route) -> routes.put(route.id(), route.revision()));
		return routes;
	}

	/**
	 * The revision that is active.
	 */
	public RulesRevision active() {
		return Objects.requireNonNull(this.active, "not started");
	}

	/**
	 * What is wrong with the routes file as it is now; empty when it is active.
	 */
	public List<Problem> problems() {
		return this.problems;
	}

	/**
	 * What is allowed in the active rules and probably not meant.
	 */
	public List<Finding> findings() {
		return this.findings.all();
	}

	/**
	 * How often the routes file is looked at, or {@code null} for not at all.
	 */
	public @Nullable Duration watched() {
		Duration interval = this.properties.routesWatch();
		return interval.isZero() ? null : interval;
	}

	/**
	 * Fingerprint of a route, or {@code null} when there is no such route.
	 */
	public @Nullable String fingerprint(String id) {
		Route route = find(id);
		return (route == null) ? null : route.revision();
	}

	/**
	 * The routes file as the user knows it.
	 */
	public String fileName() {
		return this.file.name();
	}

	/**
	 * Those that are kept, newest first.
	 */
	public synchronized List<RulesRevision> revisions() {
		return this.revisions.all().descendingMap().values().stream().map(RevisionStore.Stored::revision).toList();
	}

	/**
	 * One of them.
	 */
	public synchronized RulesRevision revision(long number) {
		return stored(number).revision();
	}

	/**
	 * The routes file as it was then; empty when there was none.
	 */
	public synchronized String textOf(long number) {
		return Objects.requireNonNullElse(stored(number).text(), "");
	}

	private RevisionStore.Stored stored(long number) {
		RevisionStore.Stored stored = this.revisions.find(number);
		if (stored == null) {
			throw new UnknownRuleException("there is no revision " + number + " of the rules; the last "
					+ RevisionStore.MOST + " are kept, expected " + this.revisions.all().firstKey() + " to "
					+ this.revisions.all().lastKey());
		}
		return stored;
	}

	/**
	 * The routes file as it is active; empty when there is none.
	 */
	public synchronized String text() {
		return Objects.requireNonNullElse(this.text, "");
	}

	/**
	 * A route as the routes file has it.
	 * @throws UnknownRuleException when there is no such route
	 * @throws RulesConflictException when it stands elsewhere
	 */
	public synchronized String textOf(String id) {
		return Objects.requireNonNull(RoutesText.of(this.file.name(), text()).route(inFile(id).id()));
	}

	/**
	 * Puts one route in the place of the one with its id, or behind all others.
	 * @param body the route, YAML or JSON
	 * @param dryRun only to say what would change
	 * @throws RulesException when the rules would have problems
	 * @throws StaleRulesException when the condition does not hold
	 * @throws RulesConflictException when the routes file can't be edited
	 */
	public Outcome put(String id, String body, Condition condition, String author, boolean dryRun) {
		return change(author, dryRun, () -> {
			Route present = find(id);
			condition.check("route '" + id + "'", (present == null) ? null : present.revision(), () -> lastTouch(id));
			if (present != null) {
				inFile(id);
			}
			Setting route = YamlSettings.route(REQUEST, id, body);
			YamlSettings.RuleFile whole = YamlSettings.ruleFile(this.file.name(), text()).with(id, route);
			RouteTable compiled = this.sources.compile(whole).table();
			String edited = RoutesText.of(this.file.name(), text()).with(id, body).text();
			return new Wanted(compiled, edited, false, 0);
		});
	}

	/**
	 * Removes one route.
	 */
	public Outcome remove(String id, Condition condition, String author, boolean dryRun) {
		return change(author, dryRun, () -> {
			Route present = find(id);
			condition.check("route '" + id + "'", (present == null) ? null : present.revision(), () -> lastTouch(id));
			inFile(id);
			String edited = RoutesText.of(this.file.name(), text()).without(id).text();
			List<Route> others = this.table.routes().stream().filter((route) -> !route.id().equals(id)).toList();
			return new Wanted(RouteTable.of(others), edited, false, 0);
		});
	}

	/**
	 * The rules that are active.
	 */
	public RouteTable table() {
		return this.table;
	}

	/**
	 * The rules that would be active with another text of the routes file.
	 * @throws RulesException with every problem of every place
	 */
	public RouteTable tried(String body) {
		return this.sources.compile(YamlSettings.ruleFile(REQUEST, body)).table();
	}

	/**
	 * What endpoints may name here.
	 */
	public EndpointCatalog catalog() {
		return this.sources.catalog();
	}

	/**
	 * Puts another text in the place of the whole routes file.
	 */
	public Outcome putAll(String body, Condition condition, String author, boolean dryRun) {
		return change(author, dryRun, () -> {
			condition.check("the table", String.valueOf(active().number()), this::active);
			YamlSettings.RuleFile read = YamlSettings.ruleFile(REQUEST, body);
			return new Wanted(this.sources.compile(read).table(), body, true, 0);
		});
	}

	/**
	 * Puts the routes file back as it was in an earlier revision.
	 */
	public Outcome bringBack(long number, Condition condition, String author, boolean dryRun) {
		return change(author, dryRun, () -> {
			condition.check("the table", String.valueOf(active().number()), this::active);
			String then = Objects.requireNonNullElse(stored(number).text(), "");
			return new Wanted(this.sources.compile(then).table(), then, true, number);
		});
	}

	private synchronized Outcome change(String author, boolean dryRun, Supplier<Wanted> change) {
		if (!this.running) {
			throw new RulesConflictException("the gateway stops");
		}
		if (this.properties.routesWatch().isZero()) {
			followFile();
		}
		Wanted wanted = change.get();
		if (wanted.text().equals(text())) {
			return new Outcome(active(), RulesChange.between(this.table, this.table), findings());
		}
		// What was edited must say what was asked for, whatever aliases there are.
		CompiledRules compiled = edited(wanted);
		RulesChange difference = RulesChange.between(this.table, compiled.table());
		requireFileIsActive(wanted);
		if (dryRun) {
			return new Outcome(active(), difference, lint(compiled));
		}
		List<Finding> found;
		RoutesFile.Draft draft = this.file.draft(wanted.text());
		try {
			found = activate(compiled, wanted.text(), draft, author, wanted.restored());
		}
		finally {
			draft.discard();
		}
		this.refused = null;
		problems(List.of());
		return new Outcome(active(), difference, found);
	}

	/** Whoever edits the file by hand, unwatched, means it to hold from now on. */
	private void followFile() {
		try {
			String found = this.file.read().text();
			if (found != null && !found.equals(this.text)) {
				activateFile(found);
			}
		}
		catch (IOException ex) {
			throw new RulesConflictException(this.file.unreadable(ex).toString(), ex);
		}
	}

	private CompiledRules edited(Wanted wanted) {
		try {
			CompiledRules compiled = this.sources.compile(wanted.text());
			RulesChange difference = RulesChange.between(wanted.table(), compiled.table());
			if (difference.added().isEmpty() && difference.changed().isEmpty() && difference.removed().isEmpty()) {
				return compiled;
			}
			logger.debug("{}: an edit came out as {}", this.file.name(), difference);
		}
		catch (RulesException ex) {
			logger.debug("{}: an edit came out wrong", this.file.name(), ex);
		}
		throw new RulesConflictException(this.file.name() + " can't be edited in this place, since other routes take"
				+ " something from here, with an alias or a merge key; put the whole file with PUT /admin/routes");
	}

	/**
	 * Nobody's change of the file is overwritten unseen.
	 */
	private void requireFileIsActive(Wanted wanted) {
		String found;
		try {
			found = this.file.read().text();
		}
		catch (IOException ex) {
			throw new RulesConflictException(this.file.unreadable(ex).toString(), ex);
		}
		if (found == null || found.equals(this.text)) {
			return;
		}
		boolean broken = found.equals(this.refused);
		if (!(broken && wanted.whole())) {
			throw new RulesConflictException(this.file.name() + " was changed on the disk and that is not active "
					+ (broken ? "since it has problems (GET /admin/rules); correct it, or put the whole file"
							: "yet; look at it and ask again"));
		}
	}

	private @Nullable Route find(String id) {
		return this.table.routes().stream().filter((route) -> route.id().equals(id)).findFirst().orElse(null);
	}

	private Route inFile(String id) {
		Route route = find(id);
		if (route == null) {
			throw new UnknownRuleException("there is no route '" + id + "'");
		}
		if (!route.location().resource().equals(this.file.name())) {
			throw new RulesConflictException("route '" + id + "' stands at " + route.location()
					+ " and is changed there, with a restart; the admin API edits those in " + this.file.name());
		}
		return route;
	}

	private @Nullable RulesRevision lastTouch(String id) {
		return this.revisions.all()
			.descendingMap()
			.values()
			.stream()
			.map(RevisionStore.Stored::revision)
			.filter((revision) -> revision.touches(id))
			.findFirst()
			.orElse(null);
	}

	/**
	 * What must be so for a change to be made.
	 *
	 * @param match fingerprints, one of which what is changed must have now; empty for
	 * whichever it has
	 * @param present whether it must be there
	 * @param absent whether it must not be there
	 */
	public record Condition(List<String> match, boolean present, boolean absent) {

		/** None. */
		public static final Condition NONE = new Condition(List.of(), false, false);

		private void check(String what, @Nullable String revision, Supplier<@Nullable RulesRevision> changed) {
			if (this.absent && revision != null) {
				throw new StaleRulesException(what + " is there already", changed.get());
			}
			if (revision == null && (this.present || !this.match.isEmpty())) {
				throw new StaleRulesException(what + " is not there", changed.get());
			}
			if (revision != null && !this.match.isEmpty() && !this.match.contains(revision)) {
				throw new StaleRulesException(what + " has changed, it is \"" + revision + "\" now", changed.get());
			}
		}

	}

	/**
	 * What became of a change.
	 *
	 * @param revision that is active after it
	 * @param change what is, or would be, another one; nothing when all was so before
	 * @param findings what is allowed in the rules then and probably not meant
	 */
	public record Outcome(RulesRevision revision, RulesChange change, List<Finding> findings) {

		public Outcome {
			findings = List.copyOf(findings);
		}
	}

	/**
	 * A table that is to be active, and the text of the routes file that says so.
	 *
	 * @param whole whether nothing of the text before is in it
	 * @param restored the revision that it is of, 0 for none
	 */
	private record Wanted(RouteTable table, String text, boolean whole, long restored) {
	}

}
