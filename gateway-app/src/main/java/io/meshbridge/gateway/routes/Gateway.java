package io.meshbridge.gateway.routes;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.gateway.bindings.BindingRegistry;
import io.meshbridge.gateway.bindings.ChannelTraffic;
import io.meshbridge.gateway.bindings.SourceBinding;
import io.meshbridge.gateway.bindings.TargetBinding;
import io.meshbridge.gateway.desk.DeadLetterDesk;
import io.meshbridge.gateway.dispatch.Dispatcher;
import io.meshbridge.gateway.dispatch.EventLog;
import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.meshbridge.gateway.ingress.RecentEvents;
import io.meshbridge.gateway.ingress.SourceIngress;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTable;
import io.meshbridge.rules.RouteTarget;
import io.meshbridge.rules.SourceKey;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.DependsOn;
import org.springframework.stereotype.Component;

/**
 * Makes the running gateway match a table of routes: opens what the table names, closes
 * what no route needs any more, and drains on the way. Starts with the rules that are
 * configured.
 */
@Component
// Stopped before the binders' own contexts are, which share our phase.
@DependsOn("binderFactory")
public class Gateway implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Gateway.class);

	/** What is left of the shutdown phase when draining must be over. */
	private static final Duration MARGIN = Duration.ofSeconds(2);

	/** How often what ends is looked at. */
	private static final Duration LOOK = Duration.ofMillis(50);

	private final RouteTable initial;

	private final BindingRegistry bindings;

	private final Dispatcher dispatcher;

	private final GatewayProperties properties;

	private final MeterRegistry meters;

	private final Clock clock;

	private final EventLog eventLog;

	private final ChannelTraffic traffic;

	private final ChannelLeftovers leftovers;

	private final DeadLetterDesk desk;

	private final RecentEvents recent;

	private final Duration drainTimeout;

	private final Object steering = new Object();

	/** Replaced as a whole under this. */
	private volatile Map<Stage, RouteDispatch> stages = Map.of();

	private volatile Map<SourceKey, OpenSource> sources = Map.of();

	/** What earlier tables had and this one has not; guarded by this. */
	private final List<Ending> endings = new ArrayList<>();

	/** Sources that are being closed, and when that is over; guarded by this. */
	private final Map<SourceKey, CompletableFuture<Void>> closed = new HashMap<>();

	private final ScheduledExecutorService drains = Executors.newSingleThreadScheduledExecutor(Gateway::thread);

	private final ExecutorService closing = Executors.newCachedThreadPool(Gateway::thread);

	private volatile boolean running;

	/** Guarded by this. */
	private boolean stopped;

	Gateway(RuleSources rules, BindingRegistry bindings, Dispatcher dispatcher, GatewayProperties properties,
			MeterRegistry meters, Clock clock, EventLog eventLog, ChannelTraffic traffic, ChannelLeftovers leftovers,
			DeadLetterDesk desk, RecentEvents recent,
			@Value("${spring.lifecycle.timeout-per-shutdown-phase:30s}") Duration shutdownTimeout) {
		// Read here, not in start(): wrong rules must end the start before anything
		// listens.
		this.initial = rules.initial().compiled().table();
		this.bindings = bindings;
		this.dispatcher = dispatcher;
		this.properties = properties;
		this.meters = meters;
		this.clock = clock;
		this.eventLog = eventLog;
		this.traffic = traffic;
		this.leftovers = leftovers;
		this.desk = desk;
		this.recent = recent;
		Duration drain = shutdownTimeout.minus(MARGIN);
		this.drainTimeout = drain.isNegative() ? Duration.ZERO : drain;
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(task, "route-drain");
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public void start() {
		this.dispatcher.onOutage(this::steerSources);
		apply(this.initial);
		this.running = true;
	}

	/**
	 * Replaces the active table as a whole: from here on no event takes the old one.
	 * Routes and bindings that are equal in both stay untouched; what no route needs any
	 * more ends behind this, when it has nothing left under way.
	 */
	public synchronized void apply(RouteTable rules) {
		if (this.stopped) {
			throw new IllegalStateException("the gateway stops");
		}
		RouteTable table = rules.inStages();
		Set<Endpoint> sinks = this.desk.sinks(table);
		Map<Endpoint.AtChannel, Set<String>> channels = channelGroups(table, sinks);
		this.leftovers.inUse(channels);
		// Before anything is sent to them, for all who will read them.
		channels.forEach(this.bindings::declare);
		Map<Stage, RouteDispatch> before = this.stages;
		Map<Stage, RouteDispatch> after = activate(table.routes());
		List<RouteDispatch> replaced = new ArrayList<>(before.values());
		replaced.removeAll(after.values());
		this.stages = Collections.unmodifiableMap(after);
		List<OpenSource> unneeded = applySources(table, after);
		this.desk.apply(after.values(), sinks);
		logger.info("{} routes are active, reading {} sources", rules.routes().size(), this.sources.size());
		Ending ending = new Ending(replaced, unneeded, System.nanoTime() + this.drainTimeout.toNanos());
		this.endings.add(ending);
		look(ending, false);
	}

	/**
	 * Makes all routes ready before the first of them takes over.
	 */
	private Map<Stage, RouteDispatch> activate(List<Route> routes) {
		Map<Stage, RouteDispatch> after = new LinkedHashMap<>();
		Map<RouteDispatch, RouteDispatch> replaced = new LinkedHashMap<>();
		for (Route route : routes) {
			Stage stage = Stage.of(route);
			RouteDispatch present = this.stages.get(stage);
			if (present != null && present.route().saysTheSame(route)) {
				after.put(stage, present);
				continue;
			}
			RouteDispatch older = (present != null) ? present : ending(stage);
			RouteDispatch made = this.dispatcher.activate(route, older);
			after.put(stage, made);
			if (older != null) {
				replaced.put(older, made);
			}
		}
		routes.forEach((route) -> route(after, route).moved(route));
		replaced.forEach(this.dispatcher::replace);
		this.endings.forEach((ending) -> ending.routes().forEach((route) -> {
			RouteDispatch later = after.get(Stage.of(route.route()));
			if (later != null) {
				this.dispatcher.continueWith(route, later);
			}
		}));
		return after;
	}

	private @Nullable RouteDispatch ending(Stage stage) {
		return this.endings.stream()
			.flatMap((ending) -> ending.routes().stream())
			.filter((route) -> !route.replaced() && Stage.of(route.route()).equals(stage))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Looks whether nothing is left of what ends, again and again until its time is up.
	 * @param ended whether that was so the last time; what was on its way from one count
	 * to another then has come there since
	 */
	private void look(Ending ending, boolean ended) {
		boolean late = System.nanoTime() - ending.deadlineNanos() >= 0;
		boolean endedNow = ended(ending);
		if (late || (ended && endedNow)) {
			this.closing.execute(() -> end(ending));
		}
		else {
			this.drains.schedule(() -> look(ending, endedNow), LOOK.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private boolean ended(Ending ending) {
		// In this order: who hands over a message now has it counted as under way next.
		return this.sources.values().stream().noneMatch((source) -> source.ingress().handsToFormer()) && ending.ended();
	}

	private void end(Ending ending) {
		List<TargetBinding> targets;
		CompletableFuture<Void> closed = new CompletableFuture<>();
		synchronized (this) {
			if (!this.endings.remove(ending)) {
				return;
			}
			if (!ending.ended()) {
				logger.info("what routes that are not active any more had not delivered in {} s is given back",
						this.drainTimeout.toSeconds());
			}
			ending.routes().forEach(this.dispatcher::deactivate);
			ending.sources().forEach((source) -> {
				this.bindings.forget(source.key(), source.binding());
				this.closed.put(source.key(), closed);
			});
			List<Route> routes = inUse();
			targets = this.bindings.retainTargets(targets(routes));
			this.dispatcher.retainDuplicates(routes.stream()
				.filter((route) -> route.deduplicate() != null)
				.map(Route::id)
				.collect(Collectors.toSet()));
		}
		try {
			// Clients may take their time, which is nobody else's.
			ending.sources().forEach((source) -> source.binding().close());
			targets.forEach(TargetBinding::close);
		}
		finally {
			closed.complete(null);
			synchronized (this) {
				this.closed.values().remove(closed);
			}
		}
		this.leftovers.look();
	}

	/** Routes that are active, and those that are yet to end. */
	private List<Route> inUse() {
		return Stream
			.concat(this.stages.values().stream(), this.endings.stream().flatMap((ending) -> ending.routes().stream()))
			.map(RouteDispatch::route)
			.toList();
	}

	/**
	 * Holds each source back that feeds only targets that are out, and no other.
	 */
	private void steerSources() {
		// Never under this, which is held while a table drains.
		synchronized (this.steering) {
			for (OpenSource source : this.sources.values()) {
				SendException outage = source.ingress().outage();
				source.ingress().refuse(outage);
				source.binding().outage((outage == null) ? null : outage.getMessage(), source.ingress().out());
			}
		}
	}

	private static Map<Endpoint.AtChannel, Set<String>> channelGroups(RouteTable table, Set<Endpoint> sinks) {
		Map<Endpoint.AtChannel, Set<String>> groups = new HashMap<>();
		for (Endpoint target : targets(table.routes())) {
			if (target instanceof Endpoint.AtChannel channel) {
				groups.put(channel, new LinkedHashSet<>());
			}
		}
		for (SourceKey source : table.sources()) {
			if (source.from() instanceof Endpoint.AtChannel channel) {
				groups.computeIfAbsent(channel, (unsent) -> new LinkedHashSet<>()).add(source.group());
			}
		}
		for (Endpoint sink : sinks) {
			if (sink instanceof Endpoint.AtChannel channel) {
				groups.computeIfAbsent(channel, (unsent) -> new LinkedHashSet<>()).add(DeadLetterDesk.GROUP);
			}
		}
		return groups;
	}

	private List<OpenSource> applySources(RouteTable table, Map<Stage, RouteDispatch> active) {
		Map<SourceKey, OpenSource> after = new HashMap<>();
		for (SourceKey key : table.sources()) {
			OpenSource present = this.sources.get(key);
			OpenSource ending = (present != null) ? null : endingSource(key);
			OpenSource source = (present != null) ? present : (ending != null) ? ending : source(key);
			source.ingress().routes(table.routesFrom(key).stream().map((route) -> route(active, route)).toList());
			after.put(key, source);
			if (ending != null) {
				source.binding().takenBack();
			}
			else if (present == null) {
				// Two readers of one group at once would share its events.
				this.closed.getOrDefault(key, CompletableFuture.completedFuture(null))
					.thenRun(() -> source.binding().open(source.ingress()::receive));
			}
		}
		List<OpenSource> unneeded = new ArrayList<>();
		this.sources.forEach((key, source) -> {
			if (!after.containsKey(key)) {
				source.binding().retire();
				unneeded.add(source);
			}
		});
		this.sources = Map.copyOf(after);
		steerSources();
		return unneeded;
	}

	private @Nullable OpenSource endingSource(SourceKey key) {
		for (Ending ending : this.endings) {
			for (OpenSource source : ending.sources()) {
				if (source.key().equals(key)) {
					ending.sources().remove(source);
					return source;
				}
			}
		}
		return null;
	}

	private static RouteDispatch route(Map<Stage, RouteDispatch> active, Route route) {
		RouteDispatch dispatch = active.get(Stage.of(route));
		if (dispatch == null) {
			throw new IllegalStateException("route '" + route.id() + "' is in the table and not active");
		}
		return dispatch;
	}

	private OpenSource source(SourceKey key) {
		SourceBinding binding = this.bindings.source(key, this.properties.maxInFlight().events());
		SourceIngress ingress = new SourceIngress(binding.name(), binding.status().binder(), key.from().toString(),
				this.properties, this.meters, this.clock, this.recent, this.eventLog, binding::limitReached);
		if (key.from() instanceof Endpoint.AtChannel channel) {
			this.traffic.readFrom(channel.name(), key.group(), ingress::settled);
		}
		return new OpenSource(key, binding, ingress);
	}

	static Set<Endpoint> targets(List<Route> routes) {
		Set<Endpoint> needed = new LinkedHashSet<>();
		for (Route route : routes) {
			for (RouteTarget target : route.to()) {
				if (!(target.endpoint() instanceof Endpoint.AtTemplate)) {
					needed.add(target.endpoint());
				}
				if (target.delivery().deadLetterSink() != null) {
					needed.add(target.delivery().deadLetterSink());
				}
			}
			if (route.replyTo() != null) {
				needed.add(route.replyTo());
			}
		}
		return needed;
	}

	/**
	 * Ends cleanly: nothing new is taken in, what is under way ends or is handed back,
	 * and only then are the bindings given up.
	 */
	@Override
	public synchronized void stop() {
		this.stopped = true;
		this.drains.shutdownNow();
		List<OpenSource> open = Stream
			.concat(this.sources.values().stream(),
					this.endings.stream().flatMap((ending) -> ending.sources().stream()))
			.toList();
		open.forEach((source) -> source.binding().pause());
		this.desk.stop();
		List<RouteDispatch> all = Stream
			.concat(this.stages.values().stream(), this.endings.stream().flatMap((ending) -> ending.routes().stream()))
			.toList();
		boolean drained = drain(all);
		all.forEach(this.dispatcher::deactivate);
		this.desk.closeSinks();
		open.forEach((source) -> this.bindings.closeSource(source.key()));
		this.bindings.retainTargets(Set.of()).forEach(TargetBinding::close);
		this.endings.clear();
		this.closing.shutdown();
		this.sources = Map.of();
		this.stages = Map.of();
		this.running = false;
		logger.info(drained ? "stopped, nothing is left in flight"
				: "stopped, what was in flight stays with its broker and comes again");
	}

	private boolean drain(List<RouteDispatch> ending) {
		ending.forEach(RouteDispatch::startClosing);
		try {
			CompletableFuture.allOf(ending.stream().map(RouteDispatch::drained).toArray(CompletableFuture[]::new))
				.get(this.drainTimeout.toMillis(), TimeUnit.MILLISECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("draining never fails", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * The stages of each active route, in the order events take: one, or one into the
	 * route's own channel and one from there to each target. Routes by id.
	 */
	public List<List<RouteDispatch>> routes() {
		Map<String, List<RouteDispatch>> byId = new TreeMap<>();
		this.stages.values()
			.forEach((stage) -> byId.computeIfAbsent(stage.route().id(), (id) -> new ArrayList<>()).add(stage));
		byId.values().forEach((route) -> route.sort(Comparator.comparing((stage) -> stage.route().readsOwnChannel())));
		return List.copyOf(byId.values());
	}

	/**
	 * What came in over the source of a route.
	 */
	public SourceIngress.Counts sourceCounts(RouteDispatch route) {
		OpenSource source = this.sources.get(new SourceKey(route.route().from(), route.route().group()));
		return (source == null) ? SourceIngress.Counts.NONE : source.ingress().counts();
	}

	/**
	 * Name of the binding that a stage of a route reads.
	 */
	public String sourceName(RouteDispatch stage) {
		OpenSource source = this.sources.get(new SourceKey(stage.route().from(), stage.route().group()));
		return (source == null) ? stage.route().from().toString() : source.binding().name();
	}

	/**
	 * A route's way from one source.
	 */
	private record Stage(String routeId, Endpoint from, String group) {

		static Stage of(Route route) {
			return new Stage(route.id(), route.from(), route.group());
		}

	}

	/**
	 * What no table needs any more, until nothing of it is under way.
	 *
	 * @param routes that were replaced or removed
	 * @param sources that no route reads; one that is wanted again is taken out
	 */
	private record Ending(List<RouteDispatch> routes, List<OpenSource> sources, long deadlineNanos) {

		/**
		 * Also what still earlier versions of the rules have of a source holds it: where
		 * it is read from next is the first of its events that is not settled.
		 */
		boolean ended() {
			return this.routes.stream().allMatch(RouteDispatch::ended)
					&& this.sources.stream().allMatch((source) -> source.ingress().inFlight() == 0);
		}

	}

	/**
	 * A source that is read, and what takes its messages.
	 */
	private record OpenSource(SourceKey key, SourceBinding binding, SourceIngress ingress) {
	}

}
