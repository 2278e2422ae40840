package io.meshbridge.rules.transform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.dashjoin.jsonata.Jsonata;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.csv.CsvFactory;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvSchema;

/**
 * Data that is CSV (<a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>) with a
 * line of names: a list of objects whose values are text.
 */
final class CsvData implements DataFormat {

	private static final CsvMapper MAPPER = new CsvMapper(CsvFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
		.build());

	private final char separator;

	private final List<String> columns;

	/**
	 * Makes the format.
	 * @param columns what is written, in this order; empty for the members of all objects
	 */
	CsvData(char separator, List<String> columns) {
		this.separator = separator;
		this.columns = List.copyOf(columns);
	}

	@Override
	public @Nullable Object read(byte[] data, Budget budget) throws TransformException {
		CsvSchema schema = CsvSchema.emptySchema().withHeader().withColumnSeparator(this.separator);
		List<Object> rows = new ArrayList<>();
		try (MappingIterator<Map<String, String>> lines = MAPPER.readerForMapOf(String.class)
			.with(schema)
			.readValues(data)) {
			while (lines.hasNext()) {
				budget.tick();
				rows.add(lines.next());
			}
		}
		catch (JacksonException ex) {
			throw new TransformException("the data is no CSV that can be read: " + ex.getOriginalMessage(), ex);
		}
		return rows;
	}

	@Override
	public byte[] write(@Nullable Object tree, Budget budget) throws TransformException {
		List<?> items = (tree instanceof List<?> list) ? list : (tree == null) ? List.of() : List.of(tree);
		budget.weigh(items);
		List<Map<String, @Nullable Object>> rows = new ArrayList<>();
		Set<String> names = new LinkedHashSet<>(this.columns);
		for (Object item : items) {
			rows.add(row(item, names, budget));
		}
		CsvSchema.Builder schema = CsvSchema.builder().setUseHeader(true).setColumnSeparator(this.separator);
		names.forEach(schema::addColumn);
		Json.Bounded out = new Json.Bounded(budget);
		try {
			MAPPER.writerFor(List.class).with(schema.build()).writeValue(out, rows);
		}
		catch (JacksonException ex) {
			throw new TransformException("the data can't be CSV: " + ex.getOriginalMessage(), ex);
		}
		return out.toByteArray();
	}

	private Map<String, @Nullable Object> row(@Nullable Object item, Set<String> names, Budget budget)
			throws TransformException {
		if (!(item instanceof Map<?, ?> map)) {
			throw new TransformException("the data can't be CSV: it is no list of objects");
		}
		Map<String, @Nullable Object> row = new LinkedHashMap<>();
		for (Map.Entry<?, ?> entry : map.entrySet()) {
			budget.tick();
			String name = String.valueOf(entry.getKey());
			if (!this.columns.isEmpty() && !this.columns.contains(name)) {
				continue;
			}
			Object value = entry.getValue();
			if (value instanceof Map<?, ?> || value instanceof List<?>) {
				throw new TransformException("the data can't be CSV: '" + name + "' is no single value");
			}
			names.add(name);
			row.put(name, (value == Jsonata.NULL_VALUE) ? null : value);
		}
		return row;
	}

}
