package io.meshbridge.rules;

import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.cloudevents.CloudEvent;
import io.meshbridge.rules.Endpoint.AtTemplate;
import org.jspecify.annotations.Nullable;

/**
 * Where an event goes whose target is written with placeholders, such as
 * {@code kafka:orders.{subject}}. Immutable; may be used by any number of threads.
 */
public final class DynamicEndpoint {

	private static final Location NOWHERE = new Location("event", 0, 0);

	private static final Pattern CLIMBS = Pattern.compile(".*/\\.\\.?(/.*)?", Pattern.DOTALL);

	private final TextTemplate template;

	private final List<String> allow;

	private final List<Pattern> allowed;

	private final EndpointReader endpoints;

	private final boolean url;

	/** Where what may be allowed begins: behind the binder. */
	private final int destination;

	/**
	 * Makes it.
	 * @param template of the whole endpoint
	 * @param allow what the destination, or a whole URL, may be: {@code *} stands for
	 * anything without a slash, {@code **} for anything
	 * @param url whether it is a URL
	 */
	DynamicEndpoint(TextTemplate template, List<String> allow, boolean url, EndpointReader endpoints) {
		this.template = template;
		this.allow = List.copyOf(allow);
		this.allowed = this.allow.stream().map(DynamicEndpoint::pattern).toList();
		this.url = url;
		this.destination = url ? 0 : template.toString().indexOf(':') + 1;
		this.endpoints = endpoints;
	}

	private static Pattern pattern(String glob) {
		StringBuilder pattern = new StringBuilder();
		for (int at = 0; at < glob.length(); at++) {
			if (glob.startsWith("**", at)) {
				pattern.append(".*");
				at++;
			}
			else {
				pattern.append((glob.charAt(at) == '*') ? "[^/]*" : Pattern.quote(glob.substring(at, at + 1)));
			}
		}
		return Pattern.compile(pattern.toString());
	}

	/**
	 * Where an event goes.
	 * @throws DestinationException when it names nothing, or nothing that is allowed
	 */
	public Endpoint of(CloudEvent event) throws DestinationException {
		String text = fill((name) -> value(event, name));
		if (text == null) {
			throw new DestinationException("the event has no value for a placeholder of '" + this.template + "'");
		}
		Endpoint endpoint = allowed(text);
		if (endpoint == null) {
			throw new DestinationException(EndpointReader.quote(text) + " is not allowed, or no endpoint; allowed is "
					+ String.join(", ", this.allow));
		}
		return endpoint;
	}

	private static @Nullable String value(CloudEvent event, String name) {
		Object value = switch (name) {
			case "dataschema" -> event.getDataSchema();
			case "time" -> event.getTime();
			default -> AttributeNames.isContextAttribute(name) ? event.getAttribute(name) : event.getExtension(name);
		};
		if (value instanceof OffsetDateTime time) {
			return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
		}
		return (value == null || value instanceof byte[]) ? null : value.toString();
	}

	/**
	 * The endpoint of this text, if it may be one of those; else {@code null}.
	 */
	public @Nullable Endpoint allowed(String text) {
		if (text.length() <= this.destination
				|| !text.startsWith(this.template.toString().substring(0, this.destination))) {
			return null;
		}
		String name = text.substring(this.destination);
		if (CLIMBS.matcher(name).matches() || this.allowed.stream().noneMatch((glob) -> glob.matcher(name).matches())) {
			return null;
		}
		return this.endpoints.target(new Place(new Findings(), "", NOWHERE, new Setting.Scalar(NOWHERE, text)));
	}

	private @Nullable String fill(Function<String, @Nullable String> values) {
		try {
			return this.template.fill(values::apply, (out, placeholder, value) -> {
				if (this.url) {
					UriText.appendEncoded(out, value);
				}
				else {
					out.append(value);
				}
			});
		}
		catch (WrapException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Reads a target with placeholders.
	 * @return {@code null} when it has a problem
	 */
	static @Nullable Endpoint read(Place place, String text, @Nullable Place allow, EndpointReader endpoints) {
		if (allow == null) {
			place.problem(EndpointReader.quote(text) + " has a placeholder, so it needs a list of what may come out,"
					+ " such as 'allow: [orders.*]' beside 'uri'");
			return null;
		}
		List<String> globs = allow.items().stream().map(Place::text).map(String::valueOf).toList();
		if (globs.isEmpty()) {
			allow.problem("is empty, expected what the destination may be, such as [orders.*]");
			return null;
		}
		TextTemplate template;
		try {
			template = TextTemplate.parse(text);
		}
		catch (IllegalArgumentException ex) {
			place.problem(EndpointReader.quote(text) + " " + ex.getMessage());
			return null;
		}
		boolean named = true;
		for (String name : template.placeholders()) {
			if (!AttributeNames.isValid(name)) {
				place.problem(EndpointReader.quote(text) + " has the placeholder " + Wording.quote("{" + name + "}")
						+ ", expected the name of an attribute such as {subject}; 'set' one from the data before");
				named = false;
			}
		}
		int first = text.indexOf('{');
		if (text.indexOf(':') < 0 || text.indexOf(':') > first || text.startsWith(Endpoint.AtChannel.PREFIX + ":")) {
			place.problem(EndpointReader.quote(text)
					+ " has a placeholder, expected one in the destination of a binder or in a URL");
			return null;
		}
		boolean url = text.regionMatches(true, 0, "http", 0, 4) && text.contains("://");
		DynamicEndpoint dynamic = new DynamicEndpoint(template, globs, url, endpoints);
		String sample = dynamic.fill((name) -> "x");
		Endpoint checked = endpoints.target(new Place(place.findings(), place.where(), place.key(),
				new Setting.Scalar(place.setting().location(), String.valueOf(sample))));
		return (named && checked != null) ? new AtTemplate(text, dynamic) : null;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof DynamicEndpoint dynamic && toString().equals(dynamic.toString())
				&& this.allow.equals(dynamic.allow);
	}

	@Override
	public int hashCode() {
		return toString().hashCode();
	}

	@Override
	public String toString() {
		return this.template.toString();
	}

}
