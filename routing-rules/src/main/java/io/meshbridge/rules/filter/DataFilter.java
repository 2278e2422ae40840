package io.meshbridge.rules.filter;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * {@code data}: looks at values of JSON data, all of which must fit. Data that claims to
 * be JSON and can't be read is an error.
 */
final class DataFilter extends CompiledFilter {

	private static final int MOST_SHOWN = 5;

	private final DataPath[] paths;

	private final DataCondition[] conditions;

	DataFilter(Map<DataPath, DataCondition> conditions) {
		this.paths = conditions.keySet().toArray(DataPath[]::new);
		this.conditions = conditions.values().toArray(DataCondition[]::new);
	}

	@Override
	Outcome test(EventView event) {
		EventData data = event.data();
		Outcome answer = Outcome.TRUE;
		for (int i = 0; i < this.paths.length; i++) {
			EventData.Found found = data.at(this.paths[i]);
			if (found.error() != null) {
				answer = Outcome.ERROR;
			}
			else if (!this.conditions[i].holds(found.values())) {
				return Outcome.FALSE;
			}
		}
		return answer;
	}

	@Override
	Verdict explain(EventView event) {
		List<Verdict> parts = IntStream.range(0, this.paths.length)
			.mapToObj((i) -> explain(event.event(), i, event.data().at(this.paths[i])))
			.toList();
		return (parts.size() == 1) ? parts.get(0) : Verdict.all(toString(), parts);
	}

	private Verdict explain(CloudEvent event, int i, EventData.Found found) {
		String error = found.error();
		if (error != null) {
			return new Verdict(clause(i, i + 1), Outcome.ERROR, error, List.of());
		}
		List<Object> values = found.values();
		boolean holds = this.conditions[i].holds(values);
		String why = this.paths[i] + (values.isEmpty() ? " is missing" + whyMissing(event) : " is " + shown(values))
				+ (holds ? "" : ", expected " + Shown.cut(this.conditions[i].toString()));
		return new Verdict(clause(i, i + 1), Outcome.of(holds), why, List.of());
	}

	private static String whyMissing(CloudEvent event) {
		if (event.getData() == null) {
			return " (there is no data)";
		}
		String contentType = event.getDataContentType();
		return DataPaths.isJson(contentType) ? ""
				: " (the data is " + Shown.quoted(String.valueOf(contentType)) + " and no JSON)";
	}

	private static String shown(List<Object> values) {
		return values.stream().limit(MOST_SHOWN).map(DataFilter::shown).collect(Collectors.joining(", "))
				+ ((values.size() > MOST_SHOWN) ? " and " + (values.size() - MOST_SHOWN) + " more" : "");
	}

	private static String shown(Object value) {
		if (value instanceof EventData.Kind kind) {
			return switch (kind) {
				case NULL -> "null";
				case OBJECT -> "an object";
				case ARRAY -> "an array";
			};
		}
		return (value instanceof String text) ? Shown.quoted(text) : Shown.cut(value.toString());
	}

	@Override
	void conditions(Consumer<CompiledFilter> wanted) {
		for (int i = 0; i < this.paths.length; i++) {
			wanted.accept((this.paths.length == 1) ? this : new DataFilter(Map.of(this.paths[i], this.conditions[i])));
		}
	}

	@Override
	@Nullable String contradictionInside() {
		return this.conditions[0].impossible() ? "no value fits " + Shown.quoted(toString()) : null;
	}

	@Override
	boolean excludes(CompiledFilter condition) {
		return condition instanceof DataFilter other && this.paths[0].equals(other.paths[0])
				&& this.conditions[0].excludes(other.conditions[0], this.paths[0].leadsToOne());
	}

	@Override
	boolean implies(CompiledFilter condition) {
		return condition instanceof DataFilter other && this.paths[0].equals(other.paths[0])
				&& this.conditions[0].implies(other.conditions[0]);
	}

	@Override
	void paths(Consumer<DataPath> wanted) {
		for (DataPath path : this.paths) {
			wanted.accept(path);
		}
	}

	@Override
	public String toString() {
		return clause(0, this.paths.length);
	}

	private String clause(int from, int to) {
		return IntStream.range(from, to)
			.mapToObj((i) -> YamlText.of(this.paths[i].toString()) + ": " + this.conditions[i])
			.collect(Collectors.joining(", ", "data: {", "}"));
	}

}
