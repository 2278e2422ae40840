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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.gateway.bindings.BindingRegistry;
import io.meshbridge.gateway.bindings.ChannelTraffic;
import io.meshbridge.gateway.bindings.SourceBinding;
import io.meshbridge.gateway.desk.DeadLetterDesk;
import io.meshbridge.gateway.dispatch.Dispatcher;
import io.meshbridge.gateway.dispatch.EventLog;
import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.meshbridge.gateway.ingress.SourceIngress;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTable;
import io.meshbridge.rules.RouteTarget;
import io.meshbridge.rules.SourceKey;
import io.micrometer.core.instrument.MeterRegistry;
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

	private final Duration drainTimeout;

	private final Object steering = new Object();

	/** Replaced as a whole under this. */
	private volatile Map<Stage, RouteDispatch> stages = Map.of();

	private volatile Map<SourceKey, OpenSource> sources = Map.of();

	private volatile boolean running;

	Gateway(RuleSources rules, BindingRegistry bindings, Dispatcher dispatcher, GatewayProperties properties,
			MeterRegistry meters, Clock clock, EventLog eventLog, ChannelTraffic traffic, ChannelLeftovers leftovers,
			DeadLetterDesk desk,
			@Value("${spring.lifecycle.timeout-per-shutdown-phase:30s}") Duration shutdownTimeout) {
		// Read here, not in start(): wrong rules must end the start before anything
		// listens.
		this.initial = rules.read();
		this.bindings = bindings;
		this.dispatcher = dispatcher;
		this.properties = properties;
		this.meters = meters;
		this.clock = clock;
		this.eventLog = eventLog;
		this.traffic = traffic;
		this.leftovers = leftovers;
		this.desk = desk;
		Duration drain = shutdownTimeout.minus(MARGIN);
		this.drainTimeout = drain.isNegative() ? Duration.ZERO : drain;
	}

	@Override
	public void start() {
		this.dispatcher.onOutage(this::steerSources);
		apply(this.initial);
		this.running = true;
	}

	/**
	 * Replaces the active table. Routes and bindings that are equal in both stay
	 * untouched.
	 */
	public synchronized void apply(RouteTable rules) {
		RouteTable table = rules.inStages();
		Set<Endpoint> sinks = this.desk.sinks(table);
		Map<Endpoint.AtChannel, Set<String>> channels = channelGroups(table, sinks);
		// Before anything is sent to them, for all who will read them.
		channels.forEach(this.bindings::declare);
		Map<Stage, RouteDispatch> before = this.stages;
		Map<Stage, RouteDispatch> after = new LinkedHashMap<>();
		for (Route route : table.routes()) {
			RouteDispatch present = before.get(Stage.of(route));
			boolean unchanged = present != null && present.route().equals(route);
			after.put(Stage.of(route), unchanged ? present : this.dispatcher.activate(route));
		}
		this.stages = Collections.unmodifiableMap(after);
		List<OpenSource> unneeded = applySources(table, after);
		this.desk.apply(after.values(), sinks);
		List<RouteDispatch> replaced = new ArrayList<>(before.values());
		replaced.removeAll(after.values());
		drain(replaced);
		unneeded.forEach((source) -> this.bindings.closeSource(source.key()));
		replaced.forEach(this.dispatcher::deactivate);
		this.bindings.retainTargets(targets(table));
		this.dispatcher.retainDuplicates(table.routes()
			.stream()
			.filter((route) -> route.deduplicate() != null)
			.map(Route::id)
			.collect(Collectors.toSet()));
		logger.info("{} routes are active, reading {} sources", rules.routes().size(), this.sources.size());
		this.leftovers.lookFor(channels);
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
		for (Endpoint target : targets(table)) {
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
			OpenSource source = (present != null) ? present : source(key);
			source.ingress().routes(table.routesFrom(key).stream().map((route) -> route(active, route)).toList());
			after.put(key, source);
			if (present == null) {
				source.binding().open(source.ingress()::receive);
			}
		}
		List<OpenSource> unneeded = new ArrayList<>();
		this.sources.forEach((key, source) -> {
			if (!after.containsKey(key)) {
				source.binding().pause();
				unneeded.add(source);
			}
		});
		this.sources = Map.copyOf(after);
		steerSources();
		return unneeded;
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
		SourceIngress ingress = new SourceIngress(binding.name(), binding.status().binder(), this.properties,
				this.meters, this.clock, this.eventLog, binding::limitReached);
		if (key.from() instanceof Endpoint.AtChannel channel) {
			this.traffic.readFrom(channel.name(), key.group(), ingress::settled);
		}
		return new OpenSource(key, binding, ingress);
	}

	private static Set<Endpoint> targets(RouteTable table) {
		Set<Endpoint> needed = new HashSet<>();
		for (Route route : table.routes()) {
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
		this.sources.values().forEach((source) -> source.binding().pause());
		this.desk.stop();
		List<RouteDispatch> all = List.copyOf(this.stages.values());
		boolean drained = drain(all);
		all.forEach(this.dispatcher::deactivate);
		this.desk.closeSinks();
		this.sources.keySet().forEach(this.bindings::closeSource);
		this.bindings.retainTargets(Set.of());
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
	 * A source that is read, and what takes its messages.
	 */
	private record OpenSource(SourceKey key, SourceBinding binding, SourceIngress ingress) {
	}

}
