package io.meshbridge.gateway.bindings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.channel.ChannelStore;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.SourceKey;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * All open bindings: one for each source and group, one for each target, however many
 * routes name them.
 */
@Component
public class BindingRegistry implements DisposableBean {

	/** Binder that serves http and https URLs. */
	private static final String URL_BINDER = "http";

	private final Bindings bindings;

	private final BindingServiceProperties properties;

	private final ObjectProvider<ChannelStore> channels;

	private final ChannelTraffic traffic;

	private final BindingThreads threads = new BindingThreads();

	private final Map<SourceKey, SourceBinding> sources = new ConcurrentHashMap<>();

	private final Map<Endpoint, TargetBinding> targets = new ConcurrentHashMap<>();

	/** How many want a target beside those of the table; guarded by itself. */
	private final Map<Endpoint, Integer> borrowed = new HashMap<>();

	/**
	 * Targets that somebody wants for as long as the table holds; guarded by the same.
	 */
	private final Set<Endpoint> kept = new HashSet<>();

	BindingRegistry(Bindings bindings, BindingServiceProperties properties, ObjectProvider<ChannelStore> channels,
			ChannelTraffic traffic) {
		this.bindings = bindings;
		this.properties = properties;
		this.channels = channels;
		this.traffic = traffic;
	}

	/**
	 * Makes a channel that keeps every event for each of these groups.
	 */
	public void declare(Endpoint.AtChannel channel, Set<String> groups) {
		this.channels.getObject().declare(channel.name(), groups);
	}

	/**
	 * Whether what was sent to an endpoint can be read there again.
	 */
	public boolean readable(Endpoint endpoint) {
		return !this.bindings.binderType(address(endpoint).binder()).equals(URL_BINDER);
	}

	/**
	 * Makes the binding of a source; it is read from {@link SourceBinding#open} on.
	 * @param maxInFlight how many events the gateway takes before it settles the first
	 */
	public SourceBinding source(SourceKey key, int maxInFlight) {
		Address address = address(key.from());
		String group = key.group();
		if (group.equals(Route.DEFAULT_GROUP) && address.group() != null) {
			group = address.group();
		}
		String name = group.equals(Route.DEFAULT_GROUP) ? key.from().toString() : key.from() + "@" + group;
		String bindingName = (key.from() instanceof Endpoint.AtBinding binding) ? binding.name() : name;
		boolean channel = false;
		if (key.from() instanceof Endpoint.AtChannel at) {
			channel = true;
			group = this.channels.getObject().group(at.name(), group);
		}
		SourceBinding source = new SourceBinding(name,
				new SourceSpec(bindingName, address.binder(), address.destination(), group, maxInFlight, channel),
				this.bindings, this.threads);
		this.sources.put(key, source);
		return source;
	}

	/**
	 * The binding of a target, opened if it is not open yet; returns at once and binds as
	 * soon as the broker is there.
	 */
	public TargetBinding target(Endpoint endpoint) {
		return target(endpoint, 1);
	}

	/**
	 * The binding of a target like {@link #target(Endpoint)}.
	 * @param fanOut how many targets get its events, itself among them; looked at only
	 * where the binding is opened
	 */
	public TargetBinding target(Endpoint endpoint, int fanOut) {
		synchronized (this.borrowed) {
			this.kept.add(endpoint);
			return open(endpoint, fanOut);
		}
	}

	/**
	 * The binding of a target like {@link #target}, until it is given back.
	 */
	public TargetBinding borrow(Endpoint endpoint) {
		synchronized (this.borrowed) {
			this.borrowed.merge(endpoint, 1, Integer::sum);
			return open(endpoint, 1);
		}
	}

	/**
	 * Ends the binding of a borrowed target, unless others want it. Returns at once; its
	 * client may take a while.
	 */
	public void giveBack(Endpoint endpoint) {
		TargetBinding unneeded;
		synchronized (this.borrowed) {
			Integer left = this.borrowed.computeIfPresent(endpoint,
					(key, count) -> (count == 1) ? null : (Integer) (count - 1));
			unneeded = (left == null && !this.kept.contains(endpoint)) ? this.targets.remove(endpoint) : null;
		}
		if (unneeded != null) {
			this.threads.run(unneeded::close);
		}
	}

	private TargetBinding open(Endpoint endpoint, int fanOut) {
		return this.targets.computeIfAbsent(endpoint, (missing) -> {
			TargetBinding target = new TargetBinding(targetSpec(missing, fanOut), this.bindings, this.threads,
					(missing instanceof Endpoint.AtChannel at) ? this.traffic.storedIn(at.name()) : null);
			target.open();
			return target;
		});
	}

	private TargetSpec targetSpec(Endpoint endpoint, int fanOut) {
		Address address = address(endpoint);
		return (endpoint instanceof Endpoint.AtChannel at)
				? new TargetSpec(endpoint.toString(), address.binder(), address.destination(), true,
						this.channels.getObject().requiredGroups(at.name()), fanOut)
				: new TargetSpec(endpoint.toString(), address.binder(), address.destination(), fanOut);
	}

	private Address address(Endpoint endpoint) {
		if (endpoint instanceof Endpoint.AtBinder at) {
			return new Address(at.binder(), at.destination(), null);
		}
		if (endpoint instanceof Endpoint.AtUrl at) {
			return new Address(URL_BINDER, at.url().toString(), null);
		}
		if (endpoint instanceof Endpoint.AtChannel at) {
			ChannelStore store = this.channels.getObject();
			return new Address(store.binderName(), store.destination(at.name()), null);
		}
		String name = endpoint.toString();
		String binder = this.properties.getBinder(name);
		if (!StringUtils.hasText(binder)) {
			binder = Objects.requireNonNullElse(this.properties.getDefaultBinder(), "");
		}
		return new Address(binder, this.properties.getBindingDestination(name), this.properties.getGroup(name));
	}

	/**
	 * Ends the binding of a source.
	 */
	public void closeSource(SourceKey key) {
		SourceBinding source = this.sources.get(key);
		if (source != null) {
			forget(key, source);
			source.close();
		}
	}

	/**
	 * From now on another binding may be made of this source; this one is yet to be
	 * closed.
	 */
	public void forget(SourceKey key, SourceBinding source) {
		this.sources.remove(key, source);
	}

	/**
	 * Keeps the bindings of these targets.
	 * @return all others, which are yet to be closed
	 */
	public List<TargetBinding> retainTargets(Collection<Endpoint> needed) {
		List<TargetBinding> unneeded = new ArrayList<>();
		synchronized (this.borrowed) {
			this.kept.retainAll(needed);
			this.targets.entrySet().removeIf((target) -> {
				boolean wanted = needed.contains(target.getKey()) || this.borrowed.containsKey(target.getKey());
				return !wanted && unneeded.add(target.getValue());
			});
		}
		return unneeded;
	}

	/**
	 * The source of this name, or {@code null}.
	 */
	public @Nullable SourceBinding sourceNamed(String name) {
		return this.sources.values().stream().filter((source) -> source.name().equals(name)).findFirst().orElse(null);
	}

	/**
	 * What an operator sees: sources first, each kind by name.
	 */
	public List<BindingStatus> status() {
		List<BindingStatus> all = new ArrayList<>();
		this.sources.values().forEach((source) -> all.add(source.status()));
		this.targets.values().forEach((target) -> all.add(target.status()));
		all.sort((left, right) -> (left.kind() != right.kind()) ? left.kind().compareTo(right.kind())
				: left.name().compareTo(right.name()));
		return all;
	}

	@Override
	public void destroy() {
		this.threads.close();
	}

	/**
	 * Where an endpoint is for a binder.
	 */
	private record Address(String binder, String destination, @Nullable String group) {
	}

}
