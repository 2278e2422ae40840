package io.meshbridge.gateway.desk;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

import io.cloudevents.CloudEvent;
import io.meshbridge.gateway.GatewayMeter;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.gateway.bindings.BindingRegistry;
import io.meshbridge.gateway.bindings.ChannelTraffic;
import io.meshbridge.gateway.bindings.SourceBinding;
import io.meshbridge.gateway.dispatch.EventLog;
import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.RateLimit;
import io.meshbridge.rules.RouteTable;
import io.meshbridge.rules.SourceKey;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * The dead letter desk: takes the letters out of the sinks that active routes name, in a
 * group of its own, and keeps them until they are sent again or thrown away. A letter is
 * its sink's until the desk has it on disk. All of its questions wait for a disk; they
 * must be asked on threads that nobody interrupts. Thread-safe.
 */
@Component
public class DeadLetterDesk implements DisposableBean {

	/** Who reads the sinks. */
	public static final String GROUP = "dead-letter-desk";

	private static final Logger logger = LoggerFactory.getLogger(DeadLetterDesk.class);

	private static final Logger audit = LoggerFactory.getLogger("io.meshbridge.audit");

	private static final Duration WRITING_OUT = Duration.ofSeconds(2);

	private static final int MOST_GROUPS = 500;

	private final BindingRegistry bindings;

	private final ChannelTraffic traffic;

	private final GatewayProperties properties;

	private final MeterRegistry meters;

	private final Clock clock;

	private final LetterStore store;

	private final Intake intake;

	private final ReplayRoutes routes;

	private final Replays replays;

	/** By endpoint; replaced as a whole by apply. */
	private volatile Map<Endpoint, SourceBinding> sources = Map.of();

	DeadLetterDesk(BindingRegistry bindings, ChannelTraffic traffic, GatewayProperties properties, MeterRegistry meters,
			Clock clock, EventLog eventLog) {
		this.bindings = bindings;
		this.traffic = traffic;
		this.properties = properties;
		this.meters = meters;
		this.clock = clock;
		this.store = new LetterStore(Path.of(properties.dataDir(), "desk"),
				(route, count) -> GatewayMeter.DESK_LETTERS.gauge(route, count::get, meters));
		this.intake = new Intake(this.store, properties.desk().maxLetters(), clock, this::limitReached);
		this.routes = new ReplayRoutes(properties.desk().maxReplays(), eventLog);
		this.replays = new Replays(this.store, this.intake, this.routes, clock,
				(route) -> GatewayMeter.DESK_REPLAYED.counter(route, meters).increment());
		if (properties.desk().enabled()) {
			this.intake.start();
		}
	}

	/**
	 * What a letter has more than its event.
	 */
	public static Set<String> letterAttributes() {
		return ReplayRoutes.LETTER_ATTRIBUTES;
	}

	private void limitReached(boolean reached) {
		this.sources.values().forEach((source) -> source.limitReached(reached));
	}

	/**
	 * The sinks of these routes that the desk reads.
	 */
	public Set<Endpoint> sinks(RouteTable table) {
		Set<Endpoint> sinks = new HashSet<>();
		if (this.properties.desk().enabled()) {
			table.routes().forEach((route) -> route.to().forEach((target) -> {
				Endpoint sink = target.delivery().deadLetterSink();
				if (sink != null && reads(sink)) {
					sinks.add(sink);
				}
			}));
		}
		return sinks;
	}

	private boolean reads(Endpoint sink) {
		return sink instanceof Endpoint.AtChannel
				|| (this.properties.desk().sinks() == GatewayProperties.Desk.Sinks.ALL && this.bindings.readable(sink));
	}

	/**
	 * From now on these routes are active, and these sinks are read and no others.
	 */
	public void apply(Collection<RouteDispatch> stages, Set<Endpoint> sinks) {
		this.routes.active(stages);
		Map<Endpoint, SourceBinding> before = this.sources;
		Map<Endpoint, SourceBinding> after = new HashMap<>();
		for (Endpoint sink : sinks) {
			SourceBinding present = before.get(sink);
			after.put(sink, (present != null) ? present
					: this.bindings.source(new SourceKey(sink, GROUP), this.properties.maxInFlight().events()));
		}
		this.sources = Map.copyOf(after);
		after.forEach((sink, source) -> {
			if (!before.containsKey(sink)) {
				read(sink, source);
			}
		});
		Map<Endpoint, SourceBinding> unneeded = new HashMap<>(before);
		unneeded.keySet().removeAll(after.keySet());
		close(unneeded);
	}

	private void read(Endpoint sink, SourceBinding source) {
		LongAdder settled = new LongAdder();
		if (sink instanceof Endpoint.AtChannel channel) {
			this.traffic.readFrom(channel.name(), GROUP, settled::sum);
		}
		String name = sink.toString();
		this.intake.tellLimit(source::limitReached);
		source.open((message, flowControl) -> this.intake.arrived(message, name, settled::increment));
	}

	private void close(Map<Endpoint, SourceBinding> unneeded) {
		if (unneeded.isEmpty()) {
			return;
		}
		unneeded.values().forEach(SourceBinding::pause);
		// What it has handed over is accepted before the connection goes.
		if (!this.intake.awaitIdle(WRITING_OUT)) {
			logger.info("dead letters that are not written yet stay in their sinks");
		}
		unneeded.keySet().forEach((sink) -> this.bindings.closeSource(new SourceKey(sink, GROUP)));
	}

	/**
	 * Reads no more sinks and starts no more replays; what is under way is the routes' to
	 * settle.
	 */
	public void stop() {
		this.replays.stop();
		this.sources.values().forEach(SourceBinding::pause);
	}

	/**
	 * Lets go of the sinks.
	 */
	public void closeSinks() {
		close(this.sources);
		this.sources = Map.of();
		this.routes.active(List.of());
	}

	@Override
	public void destroy() {
		this.intake.close(WRITING_OUT);
		this.store.close();
	}

	private LetterStore store() {
		if (!this.properties.desk().enabled()) {
			throw new DeskUnavailableException("the dead letter desk is off (meshbridge.desk.enabled)");
		}
		return this.store;
	}

	/**
	 * What is on the desk altogether.
	 */
	public Status status() {
		store().open();
		return new Status(this.store.size(), this.properties.desk().maxLetters(), this.intake.full(),
				this.sources.keySet().stream().map(Endpoint::toString).sorted().toList());
	}

	/**
	 * Some letters, in the order of their numbers.
	 * @param after number that the page begins behind; {@code null} for the first page
	 * @param most how many
	 */
	public List<Letter> page(LetterFilter filter, @Nullable Long after, boolean newestFirst, int most) {
		return store().page(filter, after, newestFirst, most);
	}

	/**
	 * How many letters a filter applies to.
	 */
	public long count(LetterFilter filter) {
		return store().count(filter);
	}

	/**
	 * Letters that failed at one target in the same way, most frequent first, at most
	 * 500.
	 */
	public List<LetterGroup> groups(LetterFilter filter) {
		return store().groups(filter, MOST_GROUPS);
	}

	/**
	 * One letter with its event.
	 * @return {@code null} when there is none of that number
	 */
	public @Nullable OpenLetter find(long number) {
		LetterStore.Stored stored = store().find(number);
		if (stored == null) {
			return null;
		}
		Letter letter = stored.letter();
		return new OpenLetter(letter, stored.event(),
				(letter.route() == null) ? null : this.routes.revision(letter.route()), this.replays.underWay(number),
				this.routes.refusal(letter, false));
	}

	/**
	 * Puts a corrected event in the place of a letter's.
	 * @param changed what was changed, for the audit
	 * @return whether the letter was there, and not on its way to a target
	 */
	public boolean edit(long number, CloudEvent event, String who, String changed) {
		if (!this.replays.hold(number)) {
			return false;
		}
		try {
			if (!store().edit(number, event, who, changed, this.clock.instant())) {
				return false;
			}
		}
		finally {
			this.replays.letGo(number);
		}
		audit.info("{} edit: dead letter {}: {}", who, number, changed);
		return true;
	}

	/**
	 * How many letters are selected, without those that are on their way to a target.
	 */
	public long count(Selection selection) {
		return atRest(selection).size();
	}

	private List<LetterStore.Ref> atRest(Selection selection) {
		return store().refs(selection).stream().filter((ref) -> !this.replays.underWay(ref.number())).toList();
	}

	/**
	 * Throws letters away, if they are as many as expected.
	 * @return how many there are; all of them are gone when that is what was expected
	 */
	public long discard(Selection selection, long expected, String who) {
		List<LetterStore.Ref> letters = atRest(selection);
		if (letters.size() != expected) {
			return letters.size();
		}
		List<LetterStore.Ref> held = letters.stream().filter((ref) -> this.replays.hold(ref.number())).toList();
		try {
			this.store.discard(held, who, selection.toString(), this.clock.instant());
		}
		finally {
			held.forEach((ref) -> this.replays.letGo(ref.number()));
		}
		held.forEach((ref) -> GatewayMeter.DESK_DISCARDED
			.counter(Objects.requireNonNullElse(ref.route(), LetterStore.NO_ROUTE), this.meters)
			.increment());
		audit.info("{} discard: {} dead letters: {}", who, held.size(), selection);
		this.intake.steer();
		return letters.size();
	}

	/**
	 * Sends letters again, each to the target that did not take it, and none that comes
	 * later.
	 * @param force whether also those that were sent again as often as is allowed
	 */
	public ReplayJob.Progress replay(Selection selection, RateLimit rate, boolean force, String who) {
		List<LetterStore.Ref> letters = store().refs(selection);
		this.store.audit(new AuditEntry(0, this.clock.instant(), who, "replay", letters.size(), selection.toString()));
		audit.info("{} replay: {} dead letters at {}{}: {}", who, letters.size(), rate, force ? ", forced" : "",
				selection);
		return this.replays.add(letters, selection, who, rate, force).progress();
	}

	/**
	 * The last replays, newest first.
	 */
	public List<ReplayJob.Progress> replays() {
		return this.replays.jobs().stream().map(ReplayJob::progress).toList();
	}

	/**
	 * Ends a replay; what is under way goes on.
	 * @return {@code null} when there is none of that number
	 */
	public ReplayJob.@Nullable Progress cancel(long id) {
		for (ReplayJob job : this.replays.jobs()) {
			if (job.id() == id) {
				this.replays.cancel(job);
				return job.progress();
			}
		}
		return null;
	}

	/**
	 * What operators did last, newest first.
	 */
	public List<AuditEntry> audit(int most) {
		return store().audit(most);
	}

	/**
	 * What is on the desk altogether.
	 *
	 * @param letters how many
	 * @param maxLetters how many there may be
	 * @param full whether others stay in their sinks for that reason
	 * @param sinks what is read
	 */
	public record Status(long letters, long maxLetters, boolean full, List<String> sinks) {

		public Status {
			sinks = List.copyOf(sinks);
		}
	}

	/**
	 * A letter that is looked at.
	 *
	 * @param event with the attributes of the letter
	 * @param activeRevision fingerprint of the route as it is now; {@code null} when it
	 * is not active
	 * @param underWay whether it is on its way to its target at the moment
	 * @param refusal why it can't be sent again; {@code null} when it can
	 */
	public record OpenLetter(Letter letter, CloudEvent event, @Nullable String activeRevision, boolean underWay,
			@Nullable String refusal) {
	}

}
