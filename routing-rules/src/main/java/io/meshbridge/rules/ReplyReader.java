package io.meshbridge.rules;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Reads {@code reply-to}. It names a channel, for the event that was answered counts as
 * delivered as soon as the reply is stored.
 */
final class ReplyReader {

	private static final String FORM = "channel:name";

	private final EndpointCatalog catalog;

	private final EndpointReader endpoints;

	ReplyReader(EndpointCatalog catalog, EndpointReader endpoints) {
		this.catalog = catalog;
		this.endpoints = endpoints;
	}

	/**
	 * Reads where the replies of a route go.
	 * @param from what the route reads, if that is known
	 * @param to what it sends to; empty when that is a problem already
	 */
	@Nullable Endpoint read(@Nullable Place place, @Nullable Endpoint from, List<RouteTarget> to) {
		String text = (place != null) ? place.text() : null;
		if (place == null || text == null) {
			return null;
		}
		int colon = text.indexOf(':');
		String kind = (colon < 0) ? text : text.substring(0, colon);
		if (colon < 0 || !kind.equals(Endpoint.AtChannel.PREFIX)) {
			place.problem(EndpointReader.quote(text) + " is no channel, expected '" + FORM
					+ "': an event is delivered when its reply is stored" + suggestion(text, kind, colon));
			return null;
		}
		if (!(this.endpoints.target(place) instanceof Endpoint.AtChannel channel)) {
			return null;
		}
		if (channel.equals(from)) {
			place.problem(EndpointReader.quote(text) + " is where this route's events come from, so each reply would be"
					+ " answered again; expected another channel");
		}
		if (!to.isEmpty() && to.stream().noneMatch((target) -> this.catalog.replies(target.endpoint()))) {
			place.problem("no target of this route can reply, expected an http(s) URL in 'to'");
		}
		else if (to.stream().anyMatch((target) -> target.endpoint() instanceof Endpoint.AtTemplate)) {
			place.problem("goes with no target whose destination has a placeholder, expected such a target in a route"
					+ " of its own");
		}
		return channel;
	}

	private static String suggestion(String text, String kind, int colon) {
		if (colon < 0) {
			return EndpointReader.isChannelName(text)
					? "; did you mean '" + Endpoint.AtChannel.PREFIX + ":" + text + "'?" : "";
		}
		return Wording.didYouMean(kind, List.of(Endpoint.AtChannel.PREFIX));
	}

}
