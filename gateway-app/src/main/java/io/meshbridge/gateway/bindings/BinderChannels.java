package io.meshbridge.gateway.bindings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.channel.ChannelBroker;
import io.meshbridge.bridge.channel.ChannelInUseException;
import io.meshbridge.bridge.channel.ChannelStatus;
import io.meshbridge.bridge.channel.ChannelStore;
import io.meshbridge.bridge.channel.UnknownChannelException;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.rules.Route;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Durable channels on the broker of a binder, where several gateways share them. What is
 * in them is asked of the broker, each time and for no longer than {@link #WAIT}.
 */
final class BinderChannels implements ChannelStore, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(BinderChannels.class);

	/** A client that can't reach its broker may take as long to say so. */
	static final Duration WAIT = Duration.ofSeconds(8);

	/** How many channels are asked for at a time. */
	private static final int ASKED_AT_ONCE = 4;

	private final GatewayProperties.Channels properties;

	private final Bindings bindings;

	private final ExecutorService threads = Executors.newFixedThreadPool(ASKED_AT_ONCE, (task) -> {
		Thread thread = new Thread(task, "channel-status");
		thread.setDaemon(true);
		return thread;
	});

	/** Groups by channel; guarded by this. */
	private final Map<String, Set<String>> channels = new TreeMap<>();

	BinderChannels(GatewayProperties.Channels properties, Bindings bindings) {
		this.properties = properties;
		this.bindings = bindings;
	}

	@Override
	public String binderName() {
		return this.properties.backing();
	}

	@Override
	public String destination(String channel) {
		return this.properties.destination(channel);
	}

	@Override
	public String group(String channel, String group) {
		return this.properties.group(channel, group);
	}

	private String groupPrefix(String channel) {
		return this.properties.group(channel, "");
	}

	private ChannelBroker broker() {
		return Objects.requireNonNull(this.bindings.channelBroker(binderName()),
				() -> "binder '" + binderName() + "' can't hold channels");
	}

	@Override
	public synchronized void declare(String channel, Set<String> groups) {
		this.channels.computeIfAbsent(channel, (missing) -> new TreeSet<>()).addAll(groups);
	}

	@Override
	public synchronized Set<String> requiredGroups(String channel) {
		Set<String> groups = this.channels.getOrDefault(channel, Set.of());
		return named(channel, groups.isEmpty() ? broker().keepers(Route.DEFAULT_GROUP) : groups);
	}

	private Set<String> named(String channel, Set<String> groups) {
		return groups.stream().map((group) -> group(channel, group)).collect(Collectors.toSet());
	}

	@Override
	public List<ChannelStatus> channels() {
		long deadline = System.nanoTime() + WAIT.toNanos();
		Map<String, Set<String>> known = known();
		List<ChannelStatus> all = new ArrayList<>();
		try {
			ask(this::found, deadline).forEach((channel) -> known.putIfAbsent(channel, Set.of()));
		}
		catch (IllegalStateException ex) {
			// Those that are not known here; the others say what is wrong.
			logger.debug("the broker does not say which channels it has", ex);
		}
		Map<String, Future<ChannelStatus>> asked = new LinkedHashMap<>();
		known.forEach((channel, groups) -> asked.put(channel, this.threads.submit(() -> look(channel, groups))));
		asked.forEach((channel, answer) -> {
			try {
				all.add(await(answer, deadline));
			}
			catch (IllegalStateException ex) {
				all.add(unknown(channel, known.getOrDefault(channel, Set.of()), ex.getMessage()));
			}
		});
		return all;
	}

	private static ChannelStatus unknown(String channel, Set<String> groups, @Nullable String problem) {
		return new ChannelStatus(channel, null, null, null, null,
				groups.stream().map((group) -> new ChannelStatus.Group(group, null, null)).toList(), problem);
	}

	private synchronized Map<String, Set<String>> known() {
		Map<String, Set<String>> copy = new TreeMap<>();
		this.channels.forEach((channel, groups) -> copy.put(channel, new TreeSet<>(groups)));
		return copy;
	}

	private Set<String> found() {
		this.bindings.prepare(binderName());
		String prefix = this.properties.prefix();
		if (prefix.isEmpty()) {
			// Everything at the broker would look like a channel, and could be deleted.
			return Set.of();
		}
		return broker().destinations(binderName(), prefix)
			.stream()
			.map((destination) -> destination.substring(prefix.length()))
			.collect(Collectors.toSet());
	}

	private ChannelStatus look(String channel, Set<String> groups) {
		this.bindings.prepare(binderName());
		ChannelBroker.Contents contents = broker().contents(binderName(), destination(channel), named(channel, groups),
				groupPrefix(channel));
		List<ChannelStatus.Group> found = contents.groups()
			.stream()
			.map((group) -> new ChannelStatus.Group(group.name().substring(groupPrefix(channel).length()),
					group.depth(), group.readers()))
			.sorted(Comparator.comparing(ChannelStatus.Group::name))
			.toList();
		return new ChannelStatus(channel, contents.depth(), contents.oldestAge(), null, null, found, null);
	}

	@Override
	public long purge(String channel) {
		Set<String> groups = groupsOf(channel);
		return ask(() -> broker().purge(binderName(), destination(channel), groups, groupPrefix(channel)));
	}

	@Override
	public void delete(String channel) {
		Set<String> groups = groupsOf(channel);
		ask(() -> {
			broker().delete(binderName(), destination(channel), groups, groupPrefix(channel));
			return true;
		});
		synchronized (this) {
			this.channels.remove(channel);
		}
	}

	private Set<String> groupsOf(String channel) {
		Set<String> groups = known().get(channel);
		if (groups == null && !ask(this::found).contains(channel)) {
			throw new UnknownChannelException(channel);
		}
		return named(channel, (groups == null) ? Set.of() : groups);
	}

	private <T> T ask(Callable<T> question) {
		return ask(question, System.nanoTime() + WAIT.toNanos());
	}

	private <T> T ask(Callable<T> question, long deadline) {
		return await(this.threads.submit(question), deadline);
	}

	/**
	 * Gives an answer, or says as an {@link IllegalStateException} why there is none.
	 */
	private <T> T await(Future<T> answer, long deadline) {
		try {
			return answer.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			answer.cancel(true);
			throw new IllegalStateException(
					"the broker of binder '" + binderName() + "' does not answer within " + WAIT.toSeconds() + " s",
					ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while the broker of binder '" + binderName() + "' was asked",
					ex);
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			if (cause instanceof UnsupportedOperationException unsupported) {
				throw unsupported;
			}
			if (cause instanceof ChannelInUseException inUse) {
				throw inUse;
			}
			throw new IllegalStateException("the broker of binder '" + binderName() + "': " + cause.getMessage(),
					cause);
		}
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

}
