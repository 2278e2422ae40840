package io.meshbridge.gateway.desk;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Which letters are meant: those to which all of this applies. What is {@code null} does
 * not matter.
 *
 * @param reason a part of the reason, in whichever case
 * @param id of the event
 * @param source of the event
 * @param type of the event
 * @param from the earliest time
 * @param to what the time must be before
 */
public record LetterFilter(@Nullable String route, @Nullable String target, @Nullable String code,
		@Nullable String reason, @Nullable String id, @Nullable String source, @Nullable String type,
		@Nullable String sink, @Nullable Instant from, @Nullable Instant to) {

	/** Every letter. */
	public static final LetterFilter ALL = new LetterFilter(null, null, null, null, null, null, null, null, null, null);

	/**
	 * What follows {@code WHERE}.
	 * @param arguments takes the values of its question marks
	 */
	String where(List<Object> arguments) {
		List<String> conditions = new ArrayList<>();
		exact().forEach((column, value) -> {
			conditions.add(column + " = ?");
			arguments.add(LetterStore.cut(value));
		});
		if (this.reason != null) {
			conditions.add("reason_lower LIKE ?");
			arguments.add("%" + this.reason.toLowerCase(Locale.ROOT).replaceAll("([\\\\%_])", "\\\\$1") + "%");
		}
		if (this.from != null) {
			conditions.add("time >= ?");
			arguments.add(LetterStore.micros(this.from));
		}
		if (this.to != null) {
			conditions.add("time < ?");
			arguments.add(LetterStore.micros(this.to));
		}
		return conditions.isEmpty() ? "TRUE" : String.join(" AND ", conditions);
	}

	private Map<String, String> exact() {
		Map<String, String> exact = new LinkedHashMap<>();
		put(exact, "route", this.route);
		put(exact, "target", this.target);
		put(exact, "code", this.code);
		put(exact, "event_id", this.id);
		put(exact, "event_source", this.source);
		put(exact, "event_type", this.type);
		put(exact, "sink", this.sink);
		return exact;
	}

	private static void put(Map<String, String> values, String name, @Nullable Object value) {
		if (value != null) {
			values.put(name, value.toString());
		}
	}

	/**
	 * As it is asked for.
	 */
	@Override
	public String toString() {
		Map<String, String> all = new LinkedHashMap<>();
		put(all, "route", this.route);
		put(all, "target", this.target);
		put(all, "code", this.code);
		put(all, "reason", this.reason);
		put(all, "id", this.id);
		put(all, "source", this.source);
		put(all, "type", this.type);
		put(all, "sink", this.sink);
		put(all, "from", this.from);
		put(all, "to", this.to);
		return all.isEmpty() ? "all"
				: all.entrySet()
					.stream()
					.map((entry) -> entry.getKey() + "=" + entry.getValue())
					.collect(Collectors.joining("&"));
	}

}
