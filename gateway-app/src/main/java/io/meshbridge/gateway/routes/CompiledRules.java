package io.meshbridge.gateway.routes;

import java.util.List;

import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.RouteTable;
import io.meshbridge.rules.Setting;
import io.meshbridge.rules.lint.Finding;
import io.meshbridge.rules.lint.Linter;
import org.jspecify.annotations.Nullable;

/**
 * What rules are made of, and what came of it.
 *
 * @param table the routes in the order of writing
 * @param lists the {@code routes} lists as they are written
 * @param delivery the defaults of every route as they are written, if any
 * @param catalog what their endpoints may name
 * @param httpPort where the gateway takes events in over HTTP
 */
public record CompiledRules(RouteTable table, List<Setting> lists, @Nullable Setting delivery, EndpointCatalog catalog,
		int httpPort) {

	public CompiledRules {
		lists = List.copyOf(lists);
	}

	/**
	 * What is allowed in them and probably not meant, by its place.
	 */
	public List<Finding> findings() {
		return new Linter(this.catalog, this.httpPort).lint(this.table.routes(), this.lists, this.delivery);
	}

}
