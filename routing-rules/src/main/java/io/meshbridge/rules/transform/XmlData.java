package io.meshbridge.rules.transform;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import com.dashjoin.jsonata.Jsonata;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.dataformat.xml.XmlFactory;
import tools.jackson.dataformat.xml.XmlMapper;
import tools.jackson.dataformat.xml.XmlWriteFeature;

/**
 * Data that is XML, as Jackson maps it: elements and attributes are members, elements of
 * one name a list, all values are text. Document types are not read, so there are no
 * entities to expand.
 */
final class XmlData implements DataFormat {

	private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_.-]*");

	private static final XmlMapper MAPPER = XmlMapper
		.builder(XmlFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNestingDepth(Json.DEEPEST)
				.maxStringLength(Integer.MAX_VALUE)
				.build())
			.build())
		.enable(XmlWriteFeature.WRITE_XML_DECLARATION)
		.build();

	private final String root;

	/**
	 * Makes the format.
	 * @param root name of the outermost element that is written
	 */
	XmlData(String root) {
		this.root = root;
	}

	/**
	 * Whether an element may have this name.
	 */
	static boolean isName(String name) {
		return NAME.matcher(name).matches();
	}

	@Override
	public @Nullable Object read(byte[] data, Budget budget) throws TransformException {
		try {
			Object tree = MAPPER.readValue(data, Object.class);
			budget.check();
			return (tree == null) ? Map.of() : tree;
		}
		catch (JacksonException ex) {
			throw new TransformException("the data is no XML that can be read: " + ex.getOriginalMessage(), ex);
		}
	}

	@Override
	public byte[] write(@Nullable Object tree, Budget budget) throws TransformException {
		budget.weigh(tree);
		Json.Bounded out = new Json.Bounded(budget);
		try {
			MAPPER.writer().withRootName(this.root).writeValue(out, checked(tree, budget, 0));
		}
		catch (JacksonException ex) {
			throw new TransformException("the data can't be XML: " + ex.getOriginalMessage(), ex);
		}
		return out.toByteArray();
	}

	private static @Nullable Object checked(@Nullable Object value, Budget budget, int depth)
			throws TransformException {
		budget.tick();
		if (depth > Json.DEEPEST) {
			throw new TransformException("the data is nested deeper than " + Json.DEEPEST + " levels");
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, @Nullable Object> copy = new LinkedHashMap<>();
			for (Map.Entry<?, ?> entry : map.entrySet()) {
				String name = String.valueOf(entry.getKey());
				if (!isName(name)) {
					throw new TransformException(
							"the data has the member '" + name + "', which no XML element can be" + " named like");
				}
				copy.put(name, checked(entry.getValue(), budget, depth + 1));
			}
			return copy;
		}
		if (value instanceof List<?> list) {
			@Nullable Object[] copy = new Object[list.size()];
			for (int i = 0; i < copy.length; i++) {
				copy[i] = checked(list.get(i), budget, depth + 1);
			}
			return copy;
		}
		return (value == Jsonata.NULL_VALUE) ? null : value;
	}

}
