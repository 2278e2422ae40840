package io.meshbridge.gateway.ingress;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.meshbridge.rules.EventTemplate;
import io.meshbridge.rules.filter.FilterIndex;

/**
 * The routes that read one source, made ready to be asked which of them take an event.
 * Immutable; may be used by any number of threads.
 *
 * @param all in the order of writing
 * @param index finds those that match an event
 * @param wrapping for plain messages: routes that make the same event of one stand
 * together, so that it is made once for all of them
 */
record SourceRoutes(List<RouteDispatch> all, FilterIndex<RouteDispatch> index, List<Wrapping> wrapping) {

	static final SourceRoutes NONE = of(List.of());

	static SourceRoutes of(List<RouteDispatch> active) {
		List<RouteDispatch> all = List.copyOf(active);
		Map<EventTemplate, List<RouteDispatch>> byTemplate = all.stream()
			.collect(Collectors.groupingBy((route) -> route.route().event(), LinkedHashMap::new, Collectors.toList()));
		FilterIndex<RouteDispatch> index = index(all);
		return new SourceRoutes(all, index,
				byTemplate.entrySet()
					.stream()
					.map((same) -> new Wrapping(same.getKey(), same.getValue(),
							(byTemplate.size() == 1) ? index : index(same.getValue())))
					.toList());
	}

	private static FilterIndex<RouteDispatch> index(List<RouteDispatch> routes) {
		return FilterIndex.of(routes, (route) -> route.route().filter());
	}

	/**
	 * Routes whose {@code event} blocks say the same.
	 */
	record Wrapping(EventTemplate template, List<RouteDispatch> routes, FilterIndex<RouteDispatch> index) {
	}

}
