package io.meshbridge.rules;

import java.io.StringWriter;
import java.util.List;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Writes YAML the way people do, with a line for each key.
 */
final class BlockText {

	private static final String RESOURCE = "route";

	private static final int WIDEST = 1000;

	private static final int STEP = 2;

	private BlockText() {
	}

	/**
	 * Whether it is written in braces or brackets.
	 */
	static boolean isFlow(Node node) {
		return node instanceof CollectionNode<?> collection && collection.getFlowStyle() == FlowStyle.FLOW;
	}

	/**
	 * A node without comments.
	 */
	static String of(Node node) {
		DumperOptions options = new DumperOptions();
		options.setDefaultFlowStyle(FlowStyle.BLOCK);
		options.setWidth(WIDEST);
		options.setSplitLines(false);
		options.setIndicatorIndent(STEP);
		options.setIndentWithIndicator(true);
		StringWriter text = new StringWriter();
		new Yaml(options).serialize(inBlocks(node), text);
		return text.toString();
	}

	private static Node inBlocks(Node node) {
		if (node instanceof MappingNode mapping) {
			List<NodeTuple> entries = mapping.getValue()
				.stream()
				.map((tuple) -> new NodeTuple(inBlocks(tuple.getKeyNode()), inBlocks(tuple.getValueNode())))
				.toList();
			return new MappingNode(mapping.getTag(), true, entries, null, null, style(entries.isEmpty()));
		}
		if (node instanceof SequenceNode sequence) {
			List<Node> items = sequence.getValue().stream().map(BlockText::inBlocks).toList();
			return new SequenceNode(sequence.getTag(), true, items, null, null, style(items.isEmpty()));
		}
		ScalarNode scalar = (ScalarNode) node;
		return new ScalarNode(scalar.getTag(), scalar.getValue(), null, null, ScalarStyle.PLAIN);
	}

	private static FlowStyle style(boolean empty) {
		return empty ? FlowStyle.FLOW : FlowStyle.BLOCK;
	}

	/**
	 * A route as the item of a list.
	 * @param route a mapping in YAML or JSON; the id is added where it has none
	 * @param column of the dash
	 * @throws RulesException when the route is no YAML
	 */
	static String item(String id, String route, int column, String lineEnd) {
		String block = block(id, route);
		String[] lines = block.split("\n", -1);
		int first = 0;
		StringBuilder text = new StringBuilder();
		while (lines[first].isBlank() || lines[first].startsWith("#")) {
			// The route's own heading stands above it.
			text.append(" ".repeat(column)).append(lines[first]).append(lineEnd);
			first++;
		}
		String body = String.join("\n", List.of(lines).subList(first, lines.length));
		return text.append(" ".repeat(column))
			.append("- ")
			.append(indented(body, column + STEP, lineEnd))
			.append(lineEnd)
			.toString();
	}

	/** The route with its first key in the first column. */
	private static String block(String id, String route) {
		Findings findings = new Findings();
		String plain = route.startsWith(YamlSettings.BYTE_ORDER_MARK) ? route.substring(1) : route;
		Node root = YamlSettings.compose(RESOURCE, plain, findings);
		findings.throwIfAny();
		if (!(root instanceof MappingNode mapping)) {
			throw new IllegalArgumentException("a route is a mapping");
		}
		boolean named = mapping.getValue()
			.stream()
			.anyMatch((tuple) -> tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals("id"));
		String text = isFlow(root) ? of(root) : outdented(withoutMarkers(plain), root.getStartMark().getColumn(), "\n");
		return (named ? "" : "id: '" + id + "'\n") + text.stripTrailing();
	}

	/** Without what begins and ends a document. */
	private static String withoutMarkers(String text) {
		List<String> lines = text.lines().toList();
		int from = 0;
		for (int i = 0; i < lines.size(); i++) {
			if (lines.get(i).startsWith("---")) {
				from = i + 1;
				break;
			}
			if (!lines.get(i).isBlank() && !lines.get(i).startsWith("#") && !lines.get(i).startsWith("%")) {
				break;
			}
		}
		int to = lines.size();
		for (int i = from; i < lines.size(); i++) {
			if (lines.get(i).startsWith("...")) {
				to = i;
				break;
			}
		}
		return String.join("\n", lines.subList(from, to));
	}

	/**
	 * Lines moved to the left by so many blanks, as far as they have them.
	 */
	static String outdented(String text, int columns, String lineEnd) {
		StringBuilder moved = new StringBuilder();
		text.lines().forEach((line) -> {
			int blanks = 0;
			while (blanks < Math.min(columns, line.length()) && line.charAt(blanks) == ' ') {
				blanks++;
			}
			moved.append(line.substring(blanks)).append(lineEnd);
		});
		return moved.toString();
	}

	/**
	 * Lines moved to the right, all but the first.
	 */
	static String indented(String text, int columns, String lineEnd) {
		StringBuilder moved = new StringBuilder();
		text.lines().forEach((line) -> {
			if (moved.length() > 0) {
				moved.append(lineEnd).append(line.isBlank() ? "" : " ".repeat(columns));
			}
			moved.append(line);
		});
		return moved.toString();
	}

}
