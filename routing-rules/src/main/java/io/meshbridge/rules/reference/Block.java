package io.meshbridge.rules.reference;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import static io.meshbridge.rules.reference.Key.needed;
import static io.meshbridge.rules.reference.Key.optional;

/**
 * A mapping in a file of rules, with the keys that it may have. Who reads it takes their
 * names from here, so there is no key that is read and not described.
 */
public enum Block {

	/** The whole file. */
	FILE("Rules of a Meshbridge gateway.",
			optional("routes", Form.block("list of routes", "route").list("list of routes", 0).orNothing(),
					"which events go where"),
			optional("delivery", Form.block("mapping", "delivery"),
					"what holds for every route that does not say otherwise")
				.see("[Delivery](routes.md#delivery)")),

	/** A member of {@code routes}. */
	ROUTE("Events from here, that match this, go there.",
			needed("id", Form.text("text", "[A-Za-z0-9._-]{1,64}"),
					"unique name over all files; 1 to 64 letters, digits, `.`, `_`, `-`"),
			needed("from", Form.text("endpoint", "(?!https?://).+"), "where events come from")
				.see("[Endpoints](routes.md#endpoints)"),
			needed("to", Forms.TARGET.or(Forms.TARGET.list("a list of them", 1)).named("endpoint, target, or a list"),
					"where events go")
				.see("[Targets](routes.md#targets)"),
			optional("filters", Forms.FILTERS, "which events match; none = all").see("[Filters](routes.md#filters)"),
			optional("on-filter-error", Form.choice("skip", "dead-letter"),
					"what becomes of an event of which the filters can't say whether it matches")
				.standard("`skip`")
				.see("[When a filter fails](routes.md#when-a-filter-fails)"),
			optional("schema", Form.block("mapping", "schema"), "what the data must be like")
				.see("[Schemas](schemas.md)"),
			optional("transform", Forms.TRANSFORM, "makes what the targets get of each event")
				.see("[Transforms](transforms.md)"),
			optional("group", Form.text("text", "[^\\s/+#]{1,128}"),
					"who shares the events of `from`. Gateways with the same group get each event once between them; each"
							+ " further group gets every event")
				.standard("`meshbridge`"),
			optional("event", Form.block("mapping", "event"), "makes an event of a message that is no CloudEvent")
				.see("[Plain messages](routes.md#plain-messages)"),
			optional("reply-to", Form.TEXT.named("channel"), "takes the answers of `to`, where they are events")
				.see("[Replies](routes.md#replies)"),
			optional("accept", Form.choice("durable", "delivered"), "when the source hears that an event is taken")
				.standard("`durable` from HTTP, else `delivered`")
				.see("[Channels](routes.md#channels)"),
			optional("deduplicate", Form.duration("1 s to 7 days"),
					"how long an event is remembered, so that another one with its `source` and `id` is not delivered again")
				.see("[Duplicates](delivery.md#duplicates)"),
			optional("delay", Form.duration("1 ms to 365 days"),
					"how long the route's channel keeps each event from when it came in; with `accept: durable`")
				.see("[Delivery later](delivery.md#delivery-later)"),
			optional("deliver-at", Form.ATTRIBUTE_NAME,
					"attribute that holds the time (RFC 3339) before which the event must not be delivered; with `accept: durable`")
				.see("[Delivery later](delivery.md#delivery-later)"),
			optional("delivery", Form.block("mapping", "delivery"),
					"retries, time-out, dead letter sink, order, outage, limits")
				.see("[Delivery](routes.md#delivery)"),
			optional("description", new Form("text", Map.of()), "free text")),

	/** A member of {@code to} that is more than an endpoint. */
	TARGET("Where events go, and how.",
			needed("uri", Forms.TARGET_ENDPOINT, "the endpoint; may have placeholders")
				.see("[Destinations that events name](routes.md#destinations-that-events-name)"),
			optional("allow", Form.TEXT.list("list of texts", 1),
					"what may come out of the placeholders: `*` stands for anything without a `/`, `**` for anything"),
			optional("content-mode", Form.choice("binary", "structured"),
					"`binary`: attributes become headers, the data stays as it is. `structured`: the whole event goes into"
							+ " the body as JSON. MQTT 3.1.1 always writes `structured`")
				.standard("`binary`"),
			optional("key", Form.ATTRIBUTE_NAME,
					"attribute whose value becomes the record key, for example `partitionkey`")
				.standard("the key that the event came with"),
			optional("transform", Forms.TRANSFORM, "makes what this target gets, after the route's")
				.see("[Transforms](transforms.md)"),
			optional("delivery", Form.block("mapping", "delivery"), "retries, limits and so on of this target")
				.standard("that of the route")
				.see("[Delivery](routes.md#delivery)")),

	/** {@code event} of a route. */
	EVENT("Makes an event of a message that is no CloudEvent. Texts may have placeholders.",
			optional("id", Form.TEXT, "identifies the event within its source").standard("`{id}`"),
			optional("source", Form.TEXT, "where it happened: a URI or a path").standard("`{source}`"),
			optional("type", Form.TEXT, "what happened").standard("`io.meshbridge.{binder}.message`"),
			optional("subject", Form.TEXT, "what it is about within the source").standard("`{subject}`"),
			optional("data-content-type", Form.TEXT, "media type of the data").standard("`{content-type}`"),
			optional("extensions", Form.VALUE
				.mapping("mapping of names to text",
						"(?!(?:data|id|source|specversion|type|datacontenttype|dataschema|subject|time)$)[a-z0-9]+", 0)
				.orNothing(), "more attributes; names are lower-case letters and digits").standard("none")),

	/** A member of {@code filters}, and all of it where it is a mapping. */
	FILTER("Says which events match.",
			optional("exact", Form.VALUE.byAttribute(Forms.BY_ATTRIBUTE), "each attribute has exactly this value"),
			optional("prefix", Form.VALUE.byAttribute(Forms.BY_ATTRIBUTE), "each value starts like this"),
			optional("suffix", Form.VALUE.byAttribute(Forms.BY_ATTRIBUTE), "each value ends like this"),
			optional("all", Forms.FILTER.list("list of filters", 1), "all filters of the list match"),
			optional("any", Forms.FILTER.list("list of filters", 1), "at least one filter of the list matches"),
			optional("not", Forms.FILTER, "the one filter does not match"),
			optional("sql", Form.TEXT.named("expression"), "the CloudEvents SQL expression is true")
				.see("[CloudEvents SQL](https://github.com/cloudevents/spec/blob/main/cesql/spec.md)"),
			optional("cesql", Form.TEXT.named("expression"), "another name of `sql`"),
			optional("data", Form.block("", "condition").mapping("mapping of paths to conditions", ".+", 1),
					"each path into the data leads to a value that fits")
				.see("[Filters on data](routes.md#filters-on-data)")),

	/** What a path of a {@code data} filter is asked for. */
	OPERATOR("Says which values in JSON data fit.",
			optional("equals", Form.SCALAR.or(Form.SCALAR.list("a list", 1)),
					"this text, number, boolean or null (`~`), or one of a list; or the value alone, without `equals`"),
			optional("prefix", Forms.TEXTS, "a text that starts like this, or like one of a list"),
			optional("suffix", Forms.TEXTS, "a text that ends like this, or like one of a list"),
			optional("ignore-case", Forms.TEXTS, "this text, in upper or lower case; or one of a list"),
			optional("wildcard", Forms.TEXTS,
					"a text of this form, or one of a list: `*` stands for any text, `\\*` and `\\\\` for themselves"),
			optional("numeric", Form.block("mapping of comparisons to numbers", "comparison"),
					"a number for which all of `=`, `>`, `>=`, `<`, `<=` hold"),
			optional("cidr", Forms.TEXTS, "a text that is an IPv4 or IPv6 address in this range, or in one of a list"),
			optional("anything-but", Form.block("value, list, or operators", "condition"),
					"there, and fits none of this"),
			optional("exists", Form.BOOLEAN,
					"`true`: there, also when it is null; `false`: nothing is there. It stands alone, or in a list:"
							+ " `[{ exists: false }, new]`")),

	/** {@code numeric} of a {@code data} filter. */
	COMPARISON("Says which numbers fit.", optional("=", Form.NUMBER, "equal"), optional(">", Form.NUMBER, "greater"),
			optional(">=", Form.NUMBER, "greater or equal"), optional("<", Form.NUMBER, "less"),
			optional("<=", Form.NUMBER, "less or equal")),

	/** {@code schema} of a route. */
	SCHEMA("Says what the data must be like: one of `json`, `avro`, `protobuf` and `registry`.", optional("json",
			Form.TEXT.named("file"),
			"a JSON Schema, 2020-12 unless its `$schema` says otherwise. A `$ref` must be within the file: nothing"
					+ " is fetched. The content type must be JSON"),
			optional("avro", Form.TEXT.named("file"),
					"an Avro schema; the data is in the binary encoding, without a header"),
			optional("protobuf", Form.TEXT.named("file"),
					"a `.proto` file, or a descriptor set, as `protoc --include_imports --descriptor_set_out=FILE` writes it; needs `message`")
				.see("[Protobuf files](schemas.md#protobuf-files)"),
			optional("message", Form.TEXT, "full name of the Protobuf message"),
			optional("registry", Form.YES, "the data begins with the number of its schema in the registry")
				.see("[Schema registry](schemas.md#schema-registry)"),
			optional("on-invalid", Form.choice("dead-letter", "reject"), "what becomes of an event that does not fit")
				.standard("`dead-letter`")),

	/** A member of {@code transform}. */
	STEP("Makes another event of an event.",
			optional("set", Form.VALUE.byAttribute(Forms.BY_ATTRIBUTE), "gives attributes the text of a template")
				.see("[Templates](transforms.md#templates)"),
			optional("rename", Form.TEXT.byAttribute("mapping of attributes to names"),
					"gives attributes other names: `{ old: new }`; one that is not there is no mistake"),
			optional("remove", Form.ATTRIBUTE_NAME.or(Form.ATTRIBUTE_NAME.list("a list", 0)),
					"takes attributes away; one that is not there is no mistake"),
			optional("jsonata", Form.TEXT.named("expression"), "makes another event of the whole event")
				.see("[JSONata](transforms.md#jsonata)"),
			optional("data-jsonata", Form.TEXT.named("expression"), "makes other data of JSON data")
				.see("[JSONata](transforms.md#jsonata)"),
			optional("convert", Form.block("mapping", "convert"), "makes the data of another content type")
				.see("[Conversions](transforms.md#conversions)"),
			optional("claim-check", Form.block("mapping", "claim-check"),
					"puts large data aside, and a reference to it into the event")
				.see("[Large data](transforms.md#large-data)"),
			optional("claim-restore", Form.block("mapping", "claim-restore"), "gets data back that was put aside")
				.see("[Large data](transforms.md#large-data)")),

	/** A step {@code convert}. */
	CONVERT("Makes the data of another content type.",
			needed("to", Form.TEXT, "content type that comes out, and becomes the `datacontenttype`"),
			optional("from", Form.TEXT, "content type that goes in").standard("that of the event; without one JSON"),
			optional("schema", Form.TEXT.named("file, or `registry:SUBJECT`"),
					"the Avro schema, the `.proto` file, or the descriptor set that `protoc --include_imports"
							+ " --descriptor_set_out=FILE` writes; read at the start")
				.see("[Schema registry](schemas.md#schema-registry)"),
			optional("message", Form.TEXT, "full name of the Protobuf message"),
			optional("root", Form.TEXT, "name of the outermost XML element").standard("`data`"),
			optional("separator", Form.text("one character", "."), "of CSV").standard("`,`"),
			optional("columns", Form.TEXT.list("list of texts", 0).orNothing(),
					"of CSV that is written: `[ sku, count ]`")
				.standard("all members, in order of appearance")),

	/** A step {@code claim-check}. */
	CLAIM_CHECK("Puts large data aside, and a reference to it into the event.",
			needed("over", Form.text("size, such as `256KB`", "[0-9]{1,9}(B|KB|MB)"),
					"data that is larger is put aside; in `B`, `KB` or `MB`"),
			needed("store", Form.TEXT.named("folder"), "where it is put"),
			optional("url", Form.TEXT.named("URL"), "what `dataref` begins with").standard("the folder's `file:` URL")),

	/** A step {@code claim-restore}. */
	CLAIM_RESTORE("Gets data back that was put aside.", needed("store", Form.TEXT.named("folder"), "where it is"),
			optional("url", Form.TEXT.named("URL"), "what `dataref` begins with").standard("the folder's `file:` URL")),

	/** {@code delivery} of a file, a route or a target. */
	DELIVERY("What is done until a target has an event, and when it does not take it.",
			optional("retry", Form.number(0, 100), "re-tries after the first attempt").standard("`3`"),
			optional("backoff-policy", Form.choice("linear", "exponential"),
					"before retry n: `backoff-delay * n`, or `backoff-delay * 2^n`, n = 1 for the first")
				.standard("`exponential`"),
			optional("backoff-delay", Form.duration("0 to 1 day"), "unit of the wait").standard("`PT0.2S`"),
			optional("backoff-max-delay", Form.duration("1 ms to 1 day"),
					"longest wait, and longest pause between two looks at a target that is out")
				.standard("`PT30S`"),
			optional("jitter", Form.FRACTION,
					"share of the back-off that is left to chance: the wait is drawn evenly from `wait * (1 - jitter)` to"
							+ " `wait`")
				.standard("`0`"),
			optional("timeout", Form.duration("1 ms to 1 day"), "an attempt not confirmed by then has failed")
				.standard("`PT30S`"),
			optional("retry-after-max", Form.duration("0 to 1 day"),
					"how much of a target's `Retry-After` (seconds or HTTP date, of 429 and 503) is granted: the wait is"
							+ " the longer one of the back-off and `Retry-After`, which counts up to this; `PT0S` takes no"
							+ " notice of it")
				.standard("`PT30S`"),
			optional("dead-letter-sink", Forms.TARGET_ENDPOINT.named("endpoint, or `none`"),
					"where an event goes that its target does not take. With `none` the event is held and tried again")
				.standard("`channel:dead-letters`"),
			optional("order", Form.choice("key", "none"), "which events wait for each other: those of one key, or none")
				.standard("`key`")
				.see("[Order](delivery.md#order)"),
			optional("on-outage", Form.choice("pause", "dead-letter"), "what happens to events while the target is out")
				.standard("`pause`")
				.see("[Outage](delivery.md#outage)"),
			optional("on-expiry", Form.choice("dead-letter", "drop"),
					"what happens to an event whose `expirytime` has passed")
				.standard("`dead-letter`")
				.see("[Expiry](delivery.md#expiry)"),
			optional("rate-limit", Form.RATE,
					"most events that this route sends to this target in each such time (1 ms to 1 day), retries included")
				.standard("`none`"),
			optional("max-in-flight", Form.number(1, 1_000_000, "none"),
					"most events of this route that this target has before it confirms the first")
				.standard("`none`"));

	private final String says;

	private final List<Key> keys;

	Block(String says, Key... keys) {
		this.says = says;
		this.keys = List.of(keys);
	}

	/**
	 * The names of its keys.
	 */
	public List<String> names() {
		return this.keys.stream().map(Key::name).toList();
	}

	/**
	 * A table of its keys in Markdown.
	 * @param page file name of the page that it stands on, to which links are shorter
	 */
	public String table(String page) {
		boolean standards = this.keys.stream().anyMatch((key) -> !key.presence().isEmpty());
		String head = standards ? "| key | value | default | what |\n|---|---|---|---|\n"
				: "| key | value | what |\n|---|---|---|\n";
		return head + this.keys.stream().map((key) -> row(key, standards, page)).collect(Collectors.joining());
	}

	private static String row(Key key, boolean standards, String page) {
		String presence = key.presence().isEmpty() ? " |" : " " + key.presence() + " |";
		String see = key.see().isEmpty() ? "" : "; see " + key.see().replace("](" + page + "#", "](#");
		return "| `" + key.name() + "` | " + key.form().words() + " |" + (standards ? presence : "") + " " + key.says()
				+ see + " |\n";
	}

	List<Key> keys() {
		return this.keys;
	}

	String says() {
		return this.says;
	}

	/**
	 * What the schema calls it.
	 */
	String definition() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
