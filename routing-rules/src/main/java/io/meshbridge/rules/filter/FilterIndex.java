package io.meshbridge.rules.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.cloudevents.CloudEvent;

/**
 * Finds those of many things whose filters match an event, without asking all of them.
 * <p>
 * Of each filter it takes the condition on {@code type}, {@code source} or
 * {@code subject}, an exact value or a prefix, that the fewest others share and without
 * which the filter can't match, and looks things up by that; only those found are asked
 * for the rest. Filters without such a condition are asked each time. Data is read once
 * for all, and only if one of them asks for it. Immutable; may be used by any number of
 * threads.
 *
 * @param <T> what has a filter
 */
public final class FilterIndex<T> {

	static final Set<String> ATTRIBUTES = Set.of("type", "source", "subject");

	/** With fewer, asking all is faster than looking up. */
	private static final int FEW = 8;

	private final List<T> items;

	private final CompiledFilter[] filters;

	/** What is left to ask of a filter that was looked up. */
	private final CompiledFilter[] rest;

	private final DataPaths paths;

	/** Numbers of those to ask each time. */
	private final int[] always;

	private final AttributeIndex[] lookups;

	private final Matches<T> all;

	private final Matches<T> none = new Matches<>(List.of(), List.of());

	private FilterIndex(List<T> items, Function<? super T, Filter> filter) {
		this.items = List.copyOf(items);
		this.filters = items.stream().map(filter).map(CompiledFilter.class::cast).toArray(CompiledFilter[]::new);
		List<DataPath> wanted = new ArrayList<>();
		Arrays.stream(this.filters).forEach((one) -> one.paths(wanted::add));
		this.paths = DataPaths.of(wanted);
		this.all = new Matches<>(this.items, List.of());
		this.rest = this.filters.clone();
		if (this.filters.length < FEW) {
			this.always = IntStream.range(0, this.filters.length).toArray();
			this.lookups = new AttributeIndex[0];
		}
		else {
			Map<IndexKey, List<Integer>> byKey = new HashMap<>();
			this.always = sort(byKey);
			this.lookups = ATTRIBUTES.stream()
				.sorted()
				.map((name) -> new AttributeIndex(name, byKey))
				.filter((lookup) -> !lookup.isEmpty())
				.toArray(AttributeIndex[]::new);
		}
	}

	/**
	 * An index of these things.
	 */
	public static <T> FilterIndex<T> of(List<T> items, Function<? super T, Filter> filter) {
		return new FilterIndex<>(items, filter);
	}

	/**
	 * Puts each filter under the conditions that it demands.
	 * @return the numbers of those that demand nothing
	 */
	private int[] sort(Map<IndexKey, List<Integer>> byKey) {
		Map<IndexKey, Integer> askedFor = new HashMap<>();
		for (CompiledFilter filter : this.filters) {
			filter.keys((key) -> askedFor.merge(key, 1, Integer::sum));
		}
		Map<CompiledFilter, CompiledFilter> same = new HashMap<>();
		List<Integer> others = new ArrayList<>();
		for (int i = 0; i < this.filters.length; i++) {
			// Of two that are as rare, the exact value excludes more.
			Set<IndexKey> demand = this.filters[i]
				.demand((key) -> 2 * askedFor.getOrDefault(key, 0) + (key.prefix() ? 1 : 0));
			if (demand == null) {
				others.add(i);
			}
			else {
				for (IndexKey key : demand) {
					byKey.computeIfAbsent(key, (unused) -> new ArrayList<>()).add(i);
					if (demand.size() == 1) {
						// One for all that are left with the same stays near at hand.
						this.rest[i] = same.computeIfAbsent(this.filters[i].given(key), Function.identity());
					}
				}
			}
		}
		return others.stream().mapToInt(Integer::intValue).toArray();
	}

	/**
	 * The things whose filters match the event, and those whose filters failed, each in
	 * the order they were given in. Never throws.
	 */
	public Matches<T> matching(CloudEvent event) {
		EventView view = new EventView(event, this.paths);
		if (this.filters.length == 1) {
			return switch (this.filters[0].test(view)) {
				case TRUE -> this.all;
				case FALSE -> this.none;
				case ERROR ->
					new Matches<>(List.of(), List.of(new Failure<>(this.items.get(0), this.filters[0], event)));
			};
		}
		List<T> matching = null;
		List<Failure<T>> failed = null;
		for (int i : candidates(event)) {
			Outcome outcome = this.rest[i].test(view);
			if (outcome == Outcome.TRUE) {
				matching = (matching == null) ? new ArrayList<>() : matching;
				matching.add(this.items.get(i));
			}
			else if (outcome == Outcome.ERROR) {
				failed = (failed == null) ? new ArrayList<>() : failed;
				failed.add(new Failure<>(this.items.get(i), this.filters[i], event));
			}
		}
		if (matching == null && failed == null) {
			return this.none;
		}
		return new Matches<>((matching == null) ? List.of() : matching, (failed == null) ? List.of() : failed);
	}

	/**
	 * Numbers of the filters that have to be asked, in order.
	 */
	int[] candidates(CloudEvent event) {
		int[] candidates = this.always;
		for (AttributeIndex lookup : this.lookups) {
			candidates = lookup.addTo(candidates, event);
		}
		return candidates;
	}

	/**
	 * What an index says of one event.
	 *
	 * @param <T> what has a filter
	 * @param matching those that match
	 * @param failed those whose filters could not be evaluated
	 */
	public record Matches<T>(List<T> matching, List<Failure<T>> failed) {
	}

	/**
	 * A filter that could not be evaluated.
	 *
	 * @param <T> what has a filter
	 */
	public static final class Failure<T> {

		private final T item;

		private final Filter filter;

		private final CloudEvent event;

		private Failure(T item, Filter filter, CloudEvent event) {
			this.item = item;
			this.filter = filter;
			this.event = event;
		}

		/**
		 * Whose filter it is.
		 */
		public T item() {
			return this.item;
		}

		/**
		 * What went wrong, in one sentence with nothing of the data in it. Evaluates the
		 * filter again.
		 */
		public String why() {
			return this.filter.explain(this.event).why();
		}

	}

}
