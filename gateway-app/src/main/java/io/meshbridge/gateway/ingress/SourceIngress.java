package io.meshbridge.gateway.ingress;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.OverloadException;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.gateway.GatewayMeter;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.gateway.dispatch.EventLog;
import io.meshbridge.gateway.dispatch.RawEvent;
import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.meshbridge.gateway.dispatch.RoutedEvent;
import io.meshbridge.rules.WrapException;
import io.meshbridge.rules.filter.FilterIndex;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the messages of one source in: makes events of them, finds the routes that match,
 * hands them to dispatch without waiting, and settles each message when all its
 * deliveries have ended. Thread-safe.
 */
public final class SourceIngress {

	private static final Logger logger = LoggerFactory.getLogger(SourceIngress.class);

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final String binding;

	private final String binder;

	private final long maxEventBytes;

	private final InFlightLimit limit;

	private final Counter received;

	private final Counter unrouted;

	private final Counter unreadable;

	private final Counter refused;

	private final UnroutedLog unroutedLog;

	private final EventLog eventLog;

	private final RecentEvents recent;

	private final String from;

	private volatile Version current = new Version(SourceRoutes.NONE);

	/** Those that some message may still be handed to. Guarded by itself. */
	private final List<Version> former = new ArrayList<>();

	/** What senders hear who can't wait while all targets are out. */
	private volatile @Nullable SendException outage;

	/**
	 * Makes the ingress of one source.
	 * @param binding name of the source
	 * @param binder name of its binder, for {@code {binder}} in {@code event} blocks
	 * @param from the endpoint, as routes name it
	 * @param recent remembers what comes in for a while
	 * @param eventLog hears of all that comes in
	 * @param limitListener hears when the source must slow down
	 */
	public SourceIngress(String binding, String binder, String from, GatewayProperties properties, MeterRegistry meters,
			Clock clock, RecentEvents recent, EventLog eventLog, Consumer<Boolean> limitListener) {
		this.from = from;
		this.recent = recent;
		this.binding = binding;
		this.binder = binder;
		this.maxEventBytes = properties.maxEventSize().toBytes();
		this.limit = new InFlightLimit(properties.maxInFlight().events(), properties.maxInFlight().bytes().toBytes(),
				limitListener);
		this.received = GatewayMeter.SOURCE_RECEIVED.counter(binding, meters);
		this.unrouted = GatewayMeter.SOURCE_UNROUTED.counter(binding, meters);
		this.unreadable = GatewayMeter.SOURCE_UNREADABLE.counter(binding, meters);
		this.refused = GatewayMeter.SOURCE_REFUSED.counter(binding, meters);
		this.unroutedLog = new UnroutedLog(binding, clock);
		this.eventLog = eventLog;
		GatewayMeter.SOURCE_IN_FLIGHT.gauge(binding, this.limit::events, meters);
		GatewayMeter.SOURCE_IN_FLIGHT_BYTES.gauge(binding, this.limit::bytes, meters);
	}

	/**
	 * From the next message on, these routes read this source.
	 */
	public void routes(List<RouteDispatch> active) {
		Version next = new Version(SourceRoutes.of(active));
		synchronized (this.former) {
			this.former.add(this.current);
			this.current = next;
		}
	}

	/**
	 * Whether a message is being handed to routes that have been replaced since.
	 */
	public boolean handsToFormer() {
		synchronized (this.former) {
			this.former.removeIf(Version::unused);
			return !this.former.isEmpty();
		}
	}

	/**
	 * Why this source should wait: all that it feeds is out; {@code null} while there is
	 * a target to send to.
	 */
	public @Nullable SendException outage() {
		List<RouteDispatch> active = this.current.routes().all();
		SendException first = null;
		for (RouteDispatch route : active) {
			SendException reason = route.outage();
			if (reason == null) {
				return null;
			}
			first = (first == null) ? reason : first;
		}
		return first;
	}

	/**
	 * Whether all that this source feeds is out, also while a new event is wanted to see
	 * if it still is.
	 */
	public boolean out() {
		List<RouteDispatch> active = this.current.routes().all();
		return !active.isEmpty() && active.stream().allMatch(RouteDispatch::out);
	}

	/**
	 * From now on messages whose senders can't wait are refused for this reason, or taken
	 * in again.
	 */
	public void refuse(@Nullable SendException reason) {
		this.outage = reason;
	}

	/**
	 * Takes one message in. Returns at once; never throws.
	 */
	public void receive(InboundMessage message, FlowControl flowControl) {
		this.received.increment();
		boolean heldBySource = flowControl != FlowControl.REFUSE;
		SendException out = heldBySource ? null : this.outage;
		if (out != null) {
			refuse(message, out);
			return;
		}
		if (heldBySource) {
			this.limit.take(message.sizeBytes());
		}
		else if (!this.limit.tryTake(message.sizeBytes())) {
			refuse(message, new OverloadException(
					this.binding + ": " + this.limit.events() + " events are under way (meshbridge.max-in-flight)",
					RETRY_AFTER));
			return;
		}
		Settlement settlement = new Settlement(message, this);
		Version version = enter();
		try {
			route(message, heldBySource, version.routes(), settlement);
		}
		catch (RuntimeException ex) {
			logger.error("{}: a message could not be taken in and is given back", this.binding, ex);
			settlement.await(CompletableFuture.failedFuture(ex));
		}
		finally {
			version.left();
		}
		settlement.started();
	}

	private Version enter() {
		while (true) {
			Version version = this.current;
			version.entered();
			if (version == this.current) {
				return version;
			}
			version.left();
		}
	}

	private void refuse(InboundMessage message, Exception reason) {
		this.refused.increment();
		if (message.content() instanceof Content.Event event) {
			this.eventLog.refused(event.event().getSource().toString(), event.event().getId(), this.binding,
					String.valueOf(reason.getMessage()));
		}
		message.refuse(reason);
	}

	private void route(InboundMessage message, boolean heldBySource, SourceRoutes active, Settlement settlement) {
		Content content = message.content();
		this.recent.add(this.from, this.binder, message, content);
		if (content instanceof Content.Unreadable unreadable) {
			unreadable(message, unreadable.message(), "UNREADABLE", unreadable.reason(), heldBySource, active.all(),
					settlement);
		}
		else if (content instanceof Content.Plain plain) {
			routePlain(message, plain.message(), heldBySource, active.wrapping(), settlement);
		}
		else if (content instanceof Content.Event event) {
			if (!take(message, event.event(), heldBySource, active.index(), settlement)) {
				this.eventLog.received(event.event(), this.binding, List.of());
				unrouted(event.event());
			}
		}
	}

	/**
	 * Hands an event to the routes that it matches, and to those that want it though they
	 * can't say.
	 * @return whether there is one
	 */
	private boolean take(InboundMessage message, CloudEvent event, boolean heldBySource,
			FilterIndex<RouteDispatch> index, Settlement settlement) {
		FilterIndex.Matches<RouteDispatch> matches = index.matching(event);
		List<RouteDispatch> matching = matches.matching();
		List<FilterIndex.Failure<RouteDispatch>> failed = matches.failed().isEmpty() ? List.of()
				: matches.failed()
					.stream()
					.filter((failure) -> failure.item().filterFailed(event, failure::why))
					.toList();
		if (matching.isEmpty() && failed.isEmpty()) {
			return false;
		}
		List<RouteDispatch> taking = failed.isEmpty() ? matching
				: Stream.concat(matching.stream(), failed.stream().map(FilterIndex.Failure::item)).toList();
		RoutedEvent routed = new RoutedEvent(event, message.orderKey(), message.recordKey(), heldBySource, 0,
				this.eventLog.received(event, this.binding, taking));
		boolean tooLarge = message.sizeBytes() > this.maxEventBytes;
		for (RouteDispatch route : matching) {
			settlement.await(tooLarge ? route.deadLetter(routed, tooLarge(message)) : route.dispatch(routed));
		}
		failed.forEach((failure) -> settlement.await(failure.item().deadLetterUnfiltered(routed, failure.why())));
		return true;
	}

	private void routePlain(InboundMessage message, PlainMessage plain, boolean heldBySource,
			List<SourceRoutes.Wrapping> active, Settlement settlement) {
		CloudEvent last = null;
		boolean taken = false;
		for (SourceRoutes.Wrapping wrapping : active) {
			try {
				last = wrapping.template().wrap(new PlainProperties(plain, this.binder), plain.data());
			}
			catch (WrapException ex) {
				taken = true;
				for (RouteDispatch route : wrapping.routes()) {
					UnreadableMessageException reason = UnreadableMessageException
						.of("route '" + route.route().id() + "': " + ex.getMessage());
					unreadable(message, plain, "NOT_WRAPPED", reason, heldBySource, List.of(route), settlement);
				}
				continue;
			}
			taken |= take(message, last, heldBySource, wrapping.index(), settlement);
		}
		if (!taken) {
			if (last != null) {
				this.eventLog.received(last, this.binding, List.of());
			}
			unrouted(last);
		}
	}

	private SendException tooLarge(InboundMessage message) {
		return SendException.permanent("TOO_LARGE", this.binding + ": event of " + message.sizeBytes()
				+ " bytes exceeds the limit of " + this.maxEventBytes + " bytes (meshbridge.max-event-size)", null);
	}

	private void unreadable(InboundMessage message, PlainMessage plain, String code, UnreadableMessageException reason,
			boolean heldBySource, List<RouteDispatch> active, Settlement settlement) {
		this.unreadable.increment();
		logger.warn("{}: message {} is no event: {}", this.binding, plain.id(), reason.getMessage());
		if (!heldBySource) {
			// Its sender is still there and hears what is wrong.
			this.eventLog.refused(plain.source(), plain.id(), this.binding, String.valueOf(reason.getMessage()));
			settlement.await(CompletableFuture.failedFuture(reason));
			return;
		}
		CloudEvent raw = RawEvent.of(plain);
		// Every route would have got it; one copy is enough where they share a sink.
		List<RouteDispatch> one = active.stream()
			.filter(RouteDispatch::hasDeadLetterSink)
			.findFirst()
			.or(() -> active.stream().findFirst())
			.stream()
			.toList();
		RoutedEvent event = new RoutedEvent(raw, null, message.recordKey(), true, 0,
				this.eventLog.received(raw, this.binding, one));
		one.forEach((route) -> settlement.await(route.deadLetter(event,
				SendException.permanent(code, this.binding + ": " + reason.getMessage(), null))));
	}

	private void unrouted(@Nullable CloudEvent event) {
		this.unrouted.increment();
		if (event != null) {
			this.unroutedLog.add(event);
		}
	}

	/**
	 * Settles a message whose deliveries have all ended.
	 */
	void settle(InboundMessage message, @Nullable Throwable failure) {
		if (failure == null) {
			message.accept();
		}
		else {
			this.refused.increment();
			message.refuse(failure);
		}
		this.limit.release(message.sizeBytes());
	}

	/**
	 * Number of messages that are taken and not settled.
	 */
	public long inFlight() {
		return this.limit.events();
	}

	/**
	 * Number of messages that were settled for good since the start.
	 */
	public long settled() {
		return (long) this.received.count() - (long) this.refused.count() - this.limit.events();
	}

	/**
	 * Counters for the admin API.
	 */
	public Counts counts() {
		return new Counts((long) this.received.count(), (long) this.unrouted.count(), (long) this.unreadable.count(),
				(long) this.refused.count(), this.limit.events());
	}

	/**
	 * What came in over a source since the start.
	 *
	 * @param received messages
	 * @param unrouted events that matched no route
	 * @param unreadable messages that are no valid event
	 * @param refused messages that were given back
	 * @param inFlight messages that are not settled yet
	 */
	public record Counts(long received, long unrouted, long unreadable, long refused, long inFlight) {

		/** Of a source that is not read any more. */
		public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

	}

	/**
	 * The routes at one time, and how many messages are being handed to them.
	 */
	private static final class Version {

		private final SourceRoutes routes;

		private final AtomicInteger messages = new AtomicInteger();

		Version(SourceRoutes routes) {
			this.routes = routes;
		}

		SourceRoutes routes() {
			return this.routes;
		}

		void entered() {
			this.messages.incrementAndGet();
		}

		void left() {
			this.messages.decrementAndGet();
		}

		/** For good, once it has been replaced: who enters then leaves at once. */
		boolean unused() {
			return this.messages.get() == 0;
		}

	}

}
