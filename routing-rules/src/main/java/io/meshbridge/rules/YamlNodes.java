package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Collections;
import java.util.IdentityHashMap;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Turns the nodes of one YAML document into settings.
 */
final class YamlNodes {

	// An alias stands for a copy of what it names, and copies of copies grow fast. What
	// is written out can't: a text has its limit.
	private static final int MOST_COPIES = 100_000;

	private static final Set<Tag> SCALAR_TAGS = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP,
			Tag.MERGE, new Tag("tag:yaml.org,2002:value"));

	private final String resource;

	private final Findings findings;

	private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

	private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

	private int copies;

	YamlNodes(String resource, Findings findings) {
		this.resource = resource;
		this.findings = findings;
	}

	static Location location(String resource, @Nullable Mark mark) {
		return (mark != null) ? new Location(resource, mark.getLine() + 1, mark.getColumn() + 1)
				: new Location(resource, 1, 1);
	}

	Setting setting(Node node, String where) {
		if (!this.seen.add(node) && this.copies++ >= MOST_COPIES) {
			if (this.copies == MOST_COPIES + 1) {
				problem(node, where, "makes more than " + MOST_COPIES + " settings with its aliases, expected fewer");
			}
			return new Setting.Scalar(location(node), null);
		}
		if (!this.open.add(node)) {
			problem(node, where, "holds an alias of itself, expected none");
			return new Setting.Scalar(location(node), null);
		}
		try {
			checkTag(node, where);
			if (node instanceof MappingNode mapping) {
				return new Setting.Entries(location(node), entries(mapping, where));
			}
			if (node instanceof SequenceNode sequence) {
				return items(sequence, where);
			}
			return new Setting.Scalar(location(node), value((ScalarNode) node));
		}
		finally {
			this.open.remove(node);
		}
	}

	private void checkTag(Node node, String where) {
		Tag tag = node.getTag();
		boolean known = (node instanceof ScalarNode) ? SCALAR_TAGS.contains(tag)
				: tag.equals(Tag.MAP) || tag.equals(Tag.SEQ);
		if (!known) {
			problem(node, where, Wording.quote(tag.getValue()) + " is a tag without meaning here, expected none");
		}
	}

	private Setting items(SequenceNode sequence, String where) {
		List<Setting> items = new ArrayList<>();
		for (Node item : sequence.getValue()) {
			items.add(setting(item, where + "[" + items.size() + "]"));
		}
		return new Setting.Items(location(sequence), items);
	}

	private Map<String, Setting.Entry> entries(MappingNode mapping, String where) {
		Map<String, Setting.Entry> entries = new LinkedHashMap<>();
		Map<String, Setting.Entry> merged = new LinkedHashMap<>();
		for (NodeTuple tuple : mapping.getValue()) {
			if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
				merge(tuple.getValueNode(), where, merged);
				continue;
			}
			if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
				problem(tuple.getKeyNode(), where, "has a key that is a list or mapping, expected text");
				continue;
			}
			String name = key.getValue();
			String path = where.isEmpty() ? name : where + "." + name;
			Setting.Entry entry = new Setting.Entry(location(key), setting(tuple.getValueNode(), path));
			Setting.Entry first = entries.putIfAbsent(name, entry);
			if (first != null) {
				problem(key, path,
						"duplicate key " + Wording.quote(name) + ", also at " + first.key() + ", expected each once");
			}
		}
		merged.forEach(entries::putIfAbsent);
		return entries;
	}

	/**
	 * Adds the entries of what stands after a merge key; the first of several wins.
	 */
	private void merge(Node node, String where, Map<String, Setting.Entry> merged) {
		if (!this.open.add(node)) {
			problem(node, where, "holds an alias of itself, expected none");
			return;
		}
		try {
			if (node instanceof MappingNode mapping) {
				entries(mapping, where).forEach(merged::putIfAbsent);
			}
			else if (node instanceof SequenceNode sequence) {
				sequence.getValue().forEach((item) -> merge(item, where, merged));
			}
			else {
				problem(node, where, "merges a single value ('<<'), expected a mapping or a list of them");
			}
		}
		finally {
			this.open.remove(node);
		}
	}

	private static @Nullable Object value(ScalarNode node) {
		String text = node.getValue();
		Tag tag = node.getTag();
		if (tag.equals(Tag.NULL)) {
			return null;
		}
		if (tag.equals(Tag.BOOL) && (text.equals("true") || text.equals("false"))) {
			return Boolean.valueOf(text);
		}
		if (tag.equals(Tag.INT) && text.matches("0|-?[1-9][0-9]{0,17}")) {
			return Long.valueOf(text);
		}
		if (tag.equals(Tag.FLOAT) && String.valueOf(number(text)).equals(text)) {
			return number(text);
		}
		return text;
	}

	private static @Nullable Double number(String text) {
		try {
			return Double.valueOf(text);
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private Location location(Node node) {
		return location(this.resource, node.getStartMark());
	}

	private void problem(Node node, String where, String what) {
		this.findings.add(location(node), where.isEmpty() ? "yaml" : where, what);
	}

}
