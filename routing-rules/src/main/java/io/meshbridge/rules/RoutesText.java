package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The text of a routes file, edited route by route. What is not edited stays as it is
 * written, comments too; a list in flow style ({@code routes: [...]}) is written as one
 * in block style when it is edited. Immutable.
 * <p>
 * Aliases and merge keys may make one route depend on the text of another, so whoever
 * edits compiles the result and looks whether it says what it should.
 */
public final class RoutesText {

	private static final int STEP = 2;

	private final String text;

	private final String lineEnd;

	private final @Nullable Node root;

	private RoutesText(String text, @Nullable Node root) {
		this.text = text;
		this.root = root;
		this.lineEnd = text.contains("\r\n") ? "\r\n" : "\n";
	}

	/**
	 * Reads a file with rules.
	 * @param text the whole file
	 * @throws RulesException when it is no YAML
	 */
	public static RoutesText of(String resourceName, String text) {
		Findings findings = new Findings();
		String plain = text.startsWith(YamlSettings.BYTE_ORDER_MARK) ? text.substring(1) : text;
		Node root = YamlSettings.compose(resourceName, plain, findings);
		findings.throwIfAny();
		RoutesText written = new RoutesText(plain, root);
		MappingNode rules = written.rules();
		if (root == null || rules == null || !BlockText.isFlow(rules)) {
			return written;
		}
		String block = rules.getValue().isEmpty() ? "" : BlockText.of(root);
		return new RoutesText(block, YamlSettings.compose(resourceName, block, findings));
	}

	/**
	 * The whole file.
	 */
	public String text() {
		return this.text;
	}

	/**
	 * A route as it is written, or {@code null} when the file has none of that id.
	 */
	public @Nullable String route(String id) {
		SequenceNode list = list();
		Node item = item(list, id);
		if (list == null || item == null) {
			return null;
		}
		if (BlockText.isFlow(list) || BlockText.isFlow(item)) {
			return slice(item) + this.lineEnd;
		}
		String lines = this.text.substring(offset(item.getStartMark()), end(list, item));
		return BlockText.outdented(lines, column(item), this.lineEnd);
	}

	/**
	 * This text with a route in the place of the one with this id, or behind all others.
	 * @param route a mapping in YAML or JSON; the id is added where it has none
	 * @throws RulesException when the route is no YAML
	 */
	public RoutesText with(String id, String route) {
		RoutesText listed = inBlockStyle();
		if (listed != this) {
			return listed.with(id, route);
		}
		SequenceNode list = list();
		Node present = item(list, id);
		if (list == null) {
			return addList(id, route);
		}
		int column = list.getStartMark().getColumn();
		String item = BlockText.item(id, route, column, this.lineEnd);
		if (present != null) {
			return replaced(dashLine(list, present), nextLine(end(list, present)), item);
		}
		int behind = nextLine(end(list, list.getValue().get(list.getValue().size() - 1)));
		boolean ended = behind == 0 || this.text.charAt(behind - 1) == '\n';
		return replaced(behind, behind, ended ? item : this.lineEnd + item);
	}

	/**
	 * This text without a route, nor the comment directly above it.
	 */
	public RoutesText without(String id) {
		RoutesText listed = inBlockStyle();
		if (listed != this) {
			return listed.without(id);
		}
		SequenceNode list = list();
		Node item = item(list, id);
		if (list == null || item == null) {
			return this;
		}
		int from = dashLine(list, item);
		int to = nextLine(end(list, item));
		while (from > 0 && line(lineBefore(from)).startsWith("#")) {
			from = lineBefore(from);
		}
		if (from > 0 && line(lineBefore(from)).isEmpty() && (to == this.text.length() || line(to).isEmpty())) {
			from = lineBefore(from);
		}
		return replaced(from, to, "");
	}

	private RoutesText replaced(int from, int to, String replacement) {
		String edited = this.text.substring(0, from) + replacement + this.text.substring(to);
		return of("edited", edited);
	}

	/** Makes the list one with a line for each route, unless it is. */
	private RoutesText inBlockStyle() {
		SequenceNode list = list();
		if (list == null || !BlockText.isFlow(list)) {
			return this;
		}
		if (list.getValue().isEmpty()) {
			return replaced(offset(list.getStartMark()), offset(list.getEndMark()), "");
		}
		NodeTuple entry = listEntry();
		int column = (entry == null) ? 0 : entry.getKeyNode().getStartMark().getColumn() + STEP;
		StringBuilder items = new StringBuilder();
		for (Node item : list.getValue()) {
			items.append(this.lineEnd)
				.append(" ".repeat(column))
				.append("- ")
				.append(BlockText.indented(slice(item), column + STEP, this.lineEnd));
		}
		return replaced(offset(list.getStartMark()), offset(list.getEndMark()), items.toString());
	}

	/** Writes the first route, where no list is yet, or an empty value. */
	private RoutesText addList(String id, String route) {
		NodeTuple entry = listEntry();
		if (entry != null) {
			Node key = entry.getKeyNode();
			int behind = nextLine(offset(key.getEndMark()));
			String item = BlockText.item(id, route, key.getStartMark().getColumn() + STEP, this.lineEnd);
			String before = this.text.substring(0, behind).stripTrailing();
			boolean empty = entry.getValueNode() instanceof ScalarNode value && value.getValue().isEmpty();
			// An explicit null or an alias would stand beside the list.
			String head = empty ? before : this.text.substring(0, offset(key.getEndMark())) + ":";
			return of("edited", head + this.lineEnd + item + this.text.substring(behind));
		}
		MappingNode block = rules();
		int column = (block == null || block.getValue().isEmpty()) ? 0
				: block.getValue().get(0).getKeyNode().getStartMark().getColumn();
		String list = " ".repeat(column) + YamlSettings.ROUTES + ":" + this.lineEnd
				+ BlockText.item(id, route, column + STEP, this.lineEnd);
		if (block == null || block.getValue().isEmpty()) {
			String before = this.text.isEmpty() || this.text.endsWith("\n") ? this.text : this.text + this.lineEnd;
			return of("edited", before + list);
		}
		// In front of the first key: what is behind the last one may be a comment's.
		int at = lineStart(offset(block.getValue().get(0).getKeyNode().getStartMark()));
		return replaced(at, at, list);
	}

	private @Nullable MappingNode rules() {
		if (!(this.root instanceof MappingNode mapping)) {
			return null;
		}
		NodeTuple nested = entry(mapping, YamlSettings.ROOT);
		return (nested != null && nested.getValueNode() instanceof MappingNode inner) ? inner : mapping;
	}

	private @Nullable NodeTuple listEntry() {
		MappingNode rules = rules();
		return (rules == null) ? null : entry(rules, YamlSettings.ROUTES);
	}

	private @Nullable SequenceNode list() {
		NodeTuple entry = listEntry();
		return (entry != null && entry.getValueNode() instanceof SequenceNode list) ? list : null;
	}

	private static @Nullable NodeTuple entry(MappingNode mapping, String name) {
		return mapping.getValue()
			.stream()
			.filter((tuple) -> tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name))
			.findFirst()
			.orElse(null);
	}

	private static @Nullable Node item(@Nullable SequenceNode list, String id) {
		if (list == null) {
			return null;
		}
		Map<String, Node> byId = new LinkedHashMap<>();
		for (Node item : list.getValue()) {
			NodeTuple named = (item instanceof MappingNode mapping) ? entry(mapping, "id") : null;
			if (named != null && named.getValueNode() instanceof ScalarNode value) {
				byId.putIfAbsent(value.getValue(), item);
			}
		}
		return byId.get(id);
	}

	/** Begin of the line with the dash of an item. */
	private int dashLine(SequenceNode list, Node item) {
		int column = list.getStartMark().getColumn();
		int start = lineStart(offset(item.getStartMark()));
		while (start > 0 && !(start + column < this.text.length() && this.text.charAt(start + column) == '-'
				&& this.text.substring(start, start + column).isBlank())) {
			start = lineBefore(start);
		}
		return start;
	}

	/** End of the last thing that is written in an item; comments behind it are not. */
	private int end(SequenceNode list, Node item) {
		int from = offset(item.getStartMark());
		int next = list.getValue()
			.stream()
			.mapToInt((other) -> offset(other.getStartMark()))
			.filter((start) -> start > from)
			.min()
			.orElse(offset(list.getEndMark()));
		int end = from;
		List<Node> open = new ArrayList<>(List.of(item));
		while (!open.isEmpty()) {
			Node node = open.remove(open.size() - 1);
			int start = offset(node.getStartMark());
			int stop = offset(node.getEndMark());
			if (start < from || stop > next) {
				// An alias: what it names stands elsewhere.
				continue;
			}
			if (node instanceof ScalarNode || BlockText.isFlow(node)) {
				// A text of several lines takes the empty ones behind it.
				end = Math.max(end, start + this.text.substring(start, stop).stripTrailing().length());
			}
			else if (node instanceof MappingNode mapping) {
				mapping.getValue().forEach((tuple) -> {
					open.add(tuple.getKeyNode());
					open.add(tuple.getValueNode());
				});
			}
			else if (node instanceof SequenceNode sequence) {
				open.addAll(sequence.getValue());
			}
		}
		int lineEnds = this.text.indexOf('\n', end);
		int stop = (lineEnds < 0) ? this.text.length() : lineEnds;
		return (stop > end && this.text.charAt(stop - 1) == '\r') ? stop - 1 : stop;
	}

	private String slice(Node node) {
		return this.text.substring(offset(node.getStartMark()), offset(node.getEndMark()));
	}

	private int column(Node node) {
		int offset = offset(node.getStartMark());
		return offset - lineStart(offset);
	}

	private int offset(Mark mark) {
		return this.text.offsetByCodePoints(0, mark.getIndex());
	}

	private int lineStart(int offset) {
		return this.text.lastIndexOf('\n', offset - 1) + 1;
	}

	private int lineBefore(int lineStart) {
		return lineStart(lineStart - 1);
	}

	private int nextLine(int offset) {
		int end = this.text.indexOf('\n', offset);
		return (end < 0) ? this.text.length() : end + 1;
	}

	/** A line without the blanks around it. */
	private String line(int start) {
		return this.text.substring(start, nextLine(start)).strip();
	}

}
