package io.meshbridge.rules.lint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.Setting;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what is allowed and probably not meant in rules that compile. Immutable; may
 * be used by any number of threads.
 */
public final class Linter {

	private static final Comparator<Finding> BY_PLACE = Comparator
		.comparing((Finding finding) -> finding.location().resource())
		.thenComparing((finding) -> finding.location().line())
		.thenComparing((finding) -> finding.location().column());

	private final EndpointCatalog catalog;

	private final int httpPort;

	/**
	 * Makes a linter for the rules of one gateway.
	 * @param httpPort where the gateway takes events in over HTTP
	 */
	public Linter(EndpointCatalog catalog, int httpPort) {
		this.catalog = catalog;
		this.httpPort = httpPort;
	}

	/**
	 * All findings, by their place.
	 * @param routes what was compiled
	 * @param lists the {@code routes} lists that it was compiled of
	 * @param delivery the {@code delivery} block with the defaults of every route, if any
	 */
	public List<Finding> lint(List<Route> routes, List<Setting> lists, @Nullable Setting delivery) {
		WrittenRoutes written = new WrittenRoutes(lists, delivery);
		List<Finding> findings = new ArrayList<>();
		new Loops(routes, written, new Reach(this.catalog, this.httpPort)).find(findings::add);
		new Deliveries(written, this.catalog).find(routes, findings::add);
		new Channels(routes, written).find(findings::add);
		new Filters(written).find(routes, findings::add);
		new Twice(routes, written, this.catalog).find(findings::add);
		new FixedTexts(written, this.catalog).find(routes, findings::add);
		new FanIn(routes, written).find(findings::add);
		findings.sort(BY_PLACE);
		return List.copyOf(findings);
	}

}
