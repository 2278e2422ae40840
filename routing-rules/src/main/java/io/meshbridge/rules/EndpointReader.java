package io.meshbridge.rules;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads {@code binder:destination}, an {@code http(s)} URL or the name of a binding.
 */
final class EndpointReader {

	private static final Pattern URL = Pattern.compile("(?i)https?://.*", Pattern.DOTALL);

	private static final Pattern ALMOST_URL = Pattern.compile("(?i)https:.*", Pattern.DOTALL);

	private static final Pattern CREDENTIALS = Pattern.compile("//[^/?#]*@");

	private static final Pattern CHANNEL = Pattern.compile("[A-Za-z0-9._-]{1,64}");

	private static final int HIGHEST_PORT = 65_535;

	private final EndpointCatalog catalog;

	private final String sourceForm;

	private final String targetForm;

	EndpointReader(EndpointCatalog catalog) {
		this.catalog = catalog;
		String forms = "binder:destination" + (catalog.channels() ? ", " + Endpoint.AtChannel.PREFIX + ":name" : "");
		this.sourceForm = forms + " or the name of a binding";
		this.targetForm = forms + ", an http(s) URL or the name of a binding";
	}

	/**
	 * Where events come from.
	 */
	@Nullable Endpoint source(Place place) {
		String text = place.text();
		if (text == null) {
			return null;
		}
		if (URL.matcher(text).matches()) {
			place.problem(quote(text) + " is a URL, but events come in on a path of this gateway; write '"
					+ sourceFor(text) + "'");
			return null;
		}
		Endpoint endpoint = binderOrBinding(place, text, this.sourceForm);
		if (endpoint instanceof Endpoint.AtBinder at) {
			String wrong = switch (this.catalog.typeOf(at.binder())) {
				case "http" -> HttpPath.wrong(at.destination(), at.binder());
				case "mqtt" -> MqttTopic.wrongAsFilter(at.destination());
				case "kafka" -> BrokerName.wrongAsTopics(at.destination());
				case "rabbit" -> BrokerName.wrongAsQueue(at.destination());
				default -> null;
			};
			if (wrong != null) {
				place.problem(quote(text) + " " + wrong);
				return null;
			}
		}
		return endpoint;
	}

	/**
	 * Where events go.
	 */
	@Nullable Endpoint target(Place place) {
		String text = place.text();
		if (text == null) {
			return null;
		}
		if (URL.matcher(text).matches()) {
			return url(place, text);
		}
		Endpoint endpoint = binderOrBinding(place, text, this.targetForm);
		if (endpoint instanceof Endpoint.AtBinder at) {
			String wrong = switch (this.catalog.typeOf(at.binder())) {
				case "http" -> wrongAsHttpTarget(at);
				case "mqtt" -> MqttTopic.wrongAsName(at.destination());
				case "kafka" -> BrokerName.wrongAsTopic(at.destination());
				case "rabbit" -> BrokerName.wrongAsQueue(at.destination());
				default -> null;
			};
			if (wrong != null) {
				place.problem(quote(text) + " " + wrong);
				return null;
			}
		}
		return endpoint;
	}

	private @Nullable Endpoint binderOrBinding(Place place, String text, String expected) {
		if (!text.equals(text.strip()) || text.chars().anyMatch(Character::isISOControl)) {
			place.problem(quote(text) + " has white space around it or control characters in it, expected " + expected);
			return null;
		}
		int colon = text.indexOf(':');
		if (colon < 0) {
			return binding(place, text, expected);
		}
		String binder = text.substring(0, colon);
		String destination = text.substring(colon + 1);
		if (binder.equals(Endpoint.AtChannel.PREFIX)) {
			return channel(place, text, destination);
		}
		if (!this.catalog.binders().contains(binder)) {
			if (ALMOST_URL.matcher(text).matches()) {
				place.problem(quote(text) + " is no URL, expected 'https://host/path'");
				return null;
			}
			place.problem(quote(text) + " names the unknown binder " + quote(binder) + ", "
					+ Wording.expectedOneOf(binder, known()));
			return null;
		}
		if (destination.isBlank()) {
			place.problem(quote(text) + " names no destination, expected '" + binder + ":destination'");
			return null;
		}
		return new Endpoint.AtBinder(binder, destination);
	}

	private Set<String> known() {
		Set<String> known = new HashSet<>(this.catalog.binders());
		if (this.catalog.channels()) {
			known.add(Endpoint.AtChannel.PREFIX);
		}
		return known;
	}

	/**
	 * Whether a channel may have this name, as far as its characters go.
	 */
	static boolean isChannelName(String name) {
		return CHANNEL.matcher(name).matches();
	}

	private @Nullable Endpoint channel(Place place, String text, String name) {
		if (!isChannelName(name)) {
			place.problem(quote(text) + " names no channel, expected 1 to 64 letters, digits, '.', '_' or '-' after '"
					+ Endpoint.AtChannel.PREFIX + ":'");
			return null;
		}
		if (name.startsWith(Endpoint.AtChannel.OF_ROUTE)) {
			place.problem(quote(text) + " belongs to a route that accepts durably, expected a name that does not start"
					+ " with '" + Endpoint.AtChannel.OF_ROUTE + "'");
			return null;
		}
		if (!this.catalog.channels()) {
			place.problem(quote(text) + " is a durable channel, but nothing here holds channels; expected the embedded"
					+ " broker to be on, or meshbridge.channels.backing to name a binder");
			return null;
		}
		return new Endpoint.AtChannel(name);
	}

	private @Nullable Endpoint binding(Place place, String name, String expected) {
		if (this.catalog.bindings().contains(name)) {
			return new Endpoint.AtBinding(name);
		}
		if (this.catalog.binders().contains(name)) {
			place.problem(quote(name) + " names no destination, expected '" + name + ":destination'");
			return null;
		}
		String known = this.catalog.bindings().isEmpty() ? "" : "; known bindings: "
				+ String.join(", ", this.catalog.bindings().stream().sorted().limit(20).toList());
		place.problem(quote(name) + " is no configured binding, expected " + expected + known
				+ Wording.didYouMean(name, this.catalog.bindings()));
		return null;
	}

	private @Nullable Endpoint url(Place place, String text) {
		String wrong = wrongAsUrl(text);
		if (wrong == null) {
			return new Endpoint.AtUrl(URI.create(text));
		}
		place.problem(quote(text) + " " + wrong);
		return null;
	}

	/**
	 * A URL after the name of a binder is sent to with that binder's settings.
	 */
	private static @Nullable String wrongAsHttpTarget(Endpoint.AtBinder at) {
		if (URL.matcher(at.destination()).matches()) {
			return wrongAsUrl(at.destination());
		}
		return "names a path of this gateway, but events leave to a URL; write '"
				+ (at.binder().equals("http") ? "" : at.binder() + ":") + "https://host"
				+ (at.destination().startsWith("/") ? "" : "/") + at.destination() + "'";
	}

	private static @Nullable String wrongAsUrl(String text) {
		try {
			return wrong(new URI(text));
		}
		catch (URISyntaxException ex) {
			return "is no URL: " + ex.getReason().toLowerCase(Locale.ROOT) + ", expected 'https://host/path'";
		}
	}

	private static @Nullable String wrong(URI url) {
		if (url.getRawAuthority() != null && url.getRawAuthority().contains("@")) {
			return "holds a user or password, expected a URL without; "
					+ "credentials belong into the client's settings or a header, not into a route";
		}
		if (url.getHost() == null) {
			return "names no valid host, expected 'https://host/path' with letters, digits, '-' and '.' in the host";
		}
		if (url.getPort() == 0 || url.getPort() > HIGHEST_PORT) {
			return "has the port " + url.getPort() + ", expected 1 to " + HIGHEST_PORT;
		}
		if (url.getRawFragment() != null) {
			return "has a fragment (after '#'), which HTTP never sends, expected a URL without";
		}
		return null;
	}

	/**
	 * The path on this gateway that somebody meant who wrote a URL.
	 */
	private static String sourceFor(String url) {
		String rest = url.substring(url.indexOf("//") + 2).replaceFirst("[?#].*", "");
		int slash = rest.indexOf('/');
		return "http:" + ((slash >= 0) ? rest.substring(slash) : "/");
	}

	/**
	 * Quotes an endpoint without the credentials that may be in it: problems get logged.
	 */
	static String quote(String text) {
		return Wording.quote(CREDENTIALS.matcher(text).replaceFirst("//***@"));
	}

}
