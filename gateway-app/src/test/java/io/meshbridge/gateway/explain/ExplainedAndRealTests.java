package io.meshbridge.gateway.explain;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.EventReader;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.format.MediaTypes;
import io.meshbridge.gateway.GatewayApplication;
import io.meshbridge.gateway.dispatch.RawEvent;
import io.meshbridge.gateway.ingress.PlainProperties;
import io.meshbridge.gateway.queue.QueueChannels;
import io.meshbridge.gateway.queue.Queues;
import io.meshbridge.gateway.routes.Gateway;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteCompiler;
import io.meshbridge.rules.RouteTable;
import io.meshbridge.rules.WrapException;
import io.meshbridge.rules.YamlSettings;
import io.meshbridge.rules.transform.TransformLimits;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an explanation says is what a running gateway does, dead letters included.
 */
class ExplainedAndRealTests {

	private static final Duration WAIT = Duration.ofSeconds(30);

	private static final String SOURCE = "queue:in";

	/** What the ids of events begin with that come behind all others. */
	private static final String LAST = "last-";

	/** Enough for an index to look them up. */
	private static final int MOST_ROUTES = 9;

	private static final int DEEPEST = 5;

	/** Over at once, or no timestamp. */
	private static final String DELAY = ", accept: durable, deliver-at: expirytime";

	private static final EndpointCatalog CATALOG = new EndpointCatalog(Set.of("queue"), Set.of(), Map.of(), Map.of(),
			true);

	private static final Queues QUEUES = new Queues();

	private static @Nullable ConfigurableApplicationContext context;

	private static int tries;

	private static Path schema = Path.of(".");

	@BeforeContainer
	static void start() throws IOException {
		schema = Files.createTempFile("schema", ".json");
		Files.writeString(schema, "{\"required\": [\"k\"]}");
		context = new SpringApplicationBuilder(GatewayApplication.class).web(WebApplicationType.NONE)
			.initializers((starting) -> {
				starting.getBeanFactory().registerSingleton("queues", QUEUES);
				starting.getBeanFactory().registerSingleton("channels", new QueueChannels(QUEUES));
			})
			.run("--meshbridge.embedded-broker.enabled=false", "--meshbridge.http.enabled=false",
					"--meshbridge.desk.sinks=channels", "--logging.level.io.meshbridge=ERROR");
	}

	@AfterContainer
	static void stop() throws IOException {
		Objects.requireNonNull(context).close();
		Files.delete(schema);
	}

	@Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
	void whatIsExplainedHappens(@ForAll("tables") String rules, @ForAll("batches") List<Message<byte[]>> messages)
			throws InterruptedException {
		// No route gets the channel of one before.
		List<Route> routes = compile(
				rules.replace("SCHEMA", schema.toUri().getPath()).replace("TRY", String.valueOf(tries++)));
		Explainer explainer = new Explainer(CATALOG, TransformLimits.DEFAULT, Clock.systemUTC());
		List<Left> expected = new ArrayList<>();
		for (Message<byte[]> message : messages) {
			CloudEvent event = event(message);
			PlainMessage plain = new Plain(message);
			Given given = (event == null) ? new Given.Message(new PlainProperties(plain, "queue"), plain.data())
					: new Given.Event(event, null);
			explainer.explain(routes, given, SOURCE)
				.forEach(
						(route) -> explained(route, (event == null) ? wrapped(route.route(), plain) : event, expected));
		}
		Objects.requireNonNull(context).getBean(Gateway.class).apply(RouteTable.of(routes));
		QUEUES.drain();
		QUEUES.queue("in").addAll(messages);
		sendLast();
		await().atMost(WAIT).until(() -> QUEUES.unsettledCopies() == 0);
		assertThat(arrived()).containsExactlyInAnyOrderElementsOf(expected);
	}

	/**
	 * Returns when all that was sent before has been settled: the binder hands over one
	 * message at a time. One of an earlier try may come again, when its other routes
	 * ended before they took it.
	 */
	private static void sendLast() throws InterruptedException {
		String id = LAST + UUID.randomUUID();
		CloudEvent last = CloudEventBuilder.v1().withId(id).withSource(URI.create("/s")).withType("the.end").build();
		QUEUES.queue("in").add(binary(last));
		Message<?> taken;
		do {
			taken = QUEUES.take("end", WAIT);
			assertThat(taken).as("the last event").isNotNull();
		}
		while (!known(taken).getId().equals(id));
	}

	/**
	 * The event that a dead letter carries.
	 */
	private static CloudEvent wrapped(Route route, PlainMessage plain) {
		try {
			return route.event().wrap(new PlainProperties(plain, "queue"), plain.data());
		}
		catch (WrapException ex) {
			return RawEvent.of(plain);
		}
	}

	private static List<Route> compile(String rules) {
		YamlSettings.RuleFile file = YamlSettings.ruleFile("rules.yaml", rules);
		return new RouteCompiler(CATALOG).compile(List.of(Objects.requireNonNull(file.routes())), file.delivery());
	}

	private static void explained(RouteExplanation route, CloudEvent event, List<Left> left) {
		for (TargetExplanation target : route.targets()) {
			String problem = target.problem();
			if (target.event() != null) {
				left.add(Left.sent(target.endpoint(), target.event()));
			}
			else if (problem != null && !problem.startsWith("DROPPED: ")) {
				int colon = problem.indexOf(": ");
				left.add(Left.letter(route.route().id(), target.endpoint(), problem.substring(0, colon),
						problem.substring(colon + 2), event));
			}
		}
	}

	private static List<Left> arrived() {
		List<Left> arrived = new ArrayList<>();
		QUEUES.drain().forEach((queue, messages) -> messages.forEach((message) -> {
			CloudEvent event = known(message);
			if (event.getId().startsWith(LAST)) {
				return;
			}
			arrived.add(queue.equals("dead") ? Left.letter(event) : Left.sent("queue:" + queue, event));
		}));
		return arrived;
	}

	private static CloudEvent known(@Nullable Message<?> message) {
		return Objects.requireNonNull(event(Objects.requireNonNull(message)));
	}

	/**
	 * {@code null} for a plain message.
	 */
	private static @Nullable CloudEvent event(Message<?> message) {
		Map<String, Object> attributes = new LinkedHashMap<>();
		message.getHeaders().forEach((name, value) -> {
			if (name.startsWith("ce-")) {
				attributes.put(name.substring("ce-".length()), value);
			}
		});
		try {
			return EventReader.read((String) message.getHeaders().get("contentType"), attributes,
					(byte[]) message.getPayload());
		}
		catch (UnreadableMessageException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	@Provide
	Arbitrary<String> tables() {
		// Keeps the bindings of all targets open from one try to the next.
		String open = IntStream.range(0, MOST_ROUTES)
			.mapToObj((i) -> "'queue:r" + i + ".a', 'queue:r" + i + ".b'")
			.collect(Collectors.joining(", ", "{id: open, from: 'queue:other', filters: {exact: {type: open}}, to: [",
					"]}"));
		return route().list().ofMinSize(1).ofMaxSize(MOST_ROUTES).map((routes) -> {
			StringBuilder table = new StringBuilder("delivery: {dead-letter-sink: 'queue:dead'}\nroutes:\n");
			table.append("  - ").append(open).append("\n");
			table.append("  - {id: end, from: 'queue:in', filters: {exact: {type: the.end}}, to: 'queue:end'}\n");
			for (int i = 0; i < routes.size(); i++) {
				table.append("  - {").append(routes.get(i).replace("@", "r" + i)).append("}\n");
			}
			return table.toString();
		});
	}

	private Arbitrary<String> route() {
		Arbitrary<String> source = Arbitraries.frequencyOf(Tuple.of(9, Arbitraries.just(SOURCE)),
				Tuple.of(1, Arbitraries.just("queue:other")));
		Arbitrary<String> options = Arbitraries.of("", "", "", ", on-filter-error: dead-letter",
				", on-filter-error: dead-letter", ", schema: {json: 'file:SCHEMA'}", ", delivery: {on-expiry: drop}");
		Arbitrary<String> more = Combinators
			.combine(options, events(), Arbitraries.of("", "", ", accept: durable", DELAY))
			.as((some, event, accept) -> some + event + accept);
		return Combinators.combine(source, filter(DEEPEST).list().ofMaxSize(2), more, transform(), targets())
			.as((from, filters, option, transform, targets) -> "id: @-TRY, from: '" + from + "', filters: " + filters
					+ option + transform + ", to: " + targets);
	}

	private Arbitrary<String> events() {
		return Arbitraries
			.of("", "", "{type: a, subject: '{header.subject}'}",
					"{type: '{header.type}', source: '/{binder}/{topic}'}",
					"{id: '{header.n}', data-content-type: application/json, extensions: {ext: '{header.n}'}}")
			.map((block) -> block.isEmpty() ? "" : ", event: " + block);
	}

	private Arbitrary<List<String>> targets() {
		Arbitrary<String> uri = Arbitraries.of("uri: 'queue:@.a'", "uri: 'queue:@.b', content-mode: structured",
				"uri: 'queue:@.{subject}', allow: ['@.a*', '@.s-*']");
		return Combinators.combine(uri, transform())
			.as((target, transform) -> "{" + target + transform + "}")
			.list()
			.ofMinSize(1)
			.ofMaxSize(3)
			.uniqueElements((target) -> target.substring(0, target.indexOf('\'', target.indexOf('\'') + 1)));
	}

	private Arbitrary<String> transform() {
		return Arbitraries
			.of("", "", "", "", "{set: {subject: 's-{id}'}}", "{set: {subject: 'a{ext}'}}",
					"{set: {moved: '{data.k}'}}", "{rename: {ext: moved}}", "{remove: [ext, expirytime]}",
					"{set: {expirytime: '2020-01-01T00:00:00Z'}}", "{data-jsonata: 'k'}",
					"{data-jsonata: '$error(\"no\")'}", "{set: {subject: 'b'}}, {data-jsonata: '{\"k\": n}'}")
			.map((steps) -> steps.isEmpty() ? "" : ", transform: [" + steps + "]");
	}

	/**
	 * Not deeper than {@code nested} filters in one another: the YAML parser has a limit.
	 */
	private Arbitrary<String> filter(int nested) {
		Arbitrary<String> plain = Arbitraries.frequencyOf(Tuple.of(2, attributes()), Tuple.of(1, sql()),
				Tuple.of(1, data()));
		if (nested == 0) {
			return plain;
		}
		Arbitrary<String> inner = filter(nested - 1);
		Arbitrary<List<String>> several = inner.list().ofMinSize(1).ofMaxSize(3);
		return Arbitraries.frequencyOf(Tuple.of(4, plain), Tuple.of(1, several.map((all) -> "{all: " + all + "}")),
				Tuple.of(1, several.map((any) -> "{any: " + any + "}")),
				Tuple.of(1, inner.map((not) -> "{not: " + not + "}")));
	}

	private Arbitrary<String> attributes() {
		return Combinators
			.combine(Arbitraries.of("exact", "prefix", "suffix"), Arbitraries.of("type", "source", "subject", "ext"),
					texts())
			.as((dialect, name, text) -> "{" + dialect + ": {" + name + ": '" + text + "'}}");
	}

	private Arbitrary<String> sql() {
		return Arbitraries
			.of("type = 'a'", "ext > 5", "INT(ext) > 1", "EXISTS ext AND INT(ext) > 5", "subject LIKE 'a%'", "ext",
					"10 / LENGTH(ext) > 3", "NOT EXISTS subject OR LEFT(subject, 1) = 'b'")
			.map((text) -> "{sql: \"" + text + "\"}");
	}

	private Arbitrary<String> data() {
		return Arbitraries
			.of("k: a", "k: {exists: false}", "k: {anything-but: a}", "k: [b, null]", "'n[*]': {numeric: {'>': 1}}",
					"n: 1.0", "k: {prefix: a}, n: 1", "$: 7")
			.map((text) -> "{data: {" + text + "}}");
	}

	private static Arbitrary<String> texts() {
		return Arbitraries.strings().withChars('a', 'b').ofMinLength(1).ofMaxLength(2);
	}

	@Provide
	Arbitrary<List<Message<byte[]>>> batches() {
		Arbitrary<CloudEvent> events = Combinators
			.combine(texts(), texts(), texts().injectNull(0.3),
					Arbitraries.of("a", "ab", "7", "true", "many", 7, true).injectNull(0.3),
					Arbitraries.of("2020-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "soon").injectNull(0.7),
					Arbitraries.of("application/json", "text/plain").injectNull(0.2),
					Arbitraries.of("{\"k\":\"a\",\"n\":[1,2]}", "{\"k\":\"b\",\"n\":1}", "{\"n\":1.00}", "7", "{", "")
						.injectNull(0.1))
			.as(ExplainedAndRealTests::event);
		Arbitrary<Message<byte[]>> taken = Combinators.combine(events, Arbitraries.of(true, false))
			// A binder without a bridge can't say that there is no data, so no channel
			// here can.
			.as((event, structured) -> (structured && event.getData() != null) ? structured(event) : binary(event));
		return Arbitraries.frequencyOf(Tuple.of(3, taken), Tuple.of(1, plain())).list().ofMinSize(1).ofMaxSize(5);
	}

	private Arbitrary<Message<byte[]>> plain() {
		return Combinators
			.combine(texts().injectNull(0.3), texts().injectNull(0.3), Arbitraries.of("7", "many").injectNull(0.3),
					Arbitraries.of("application/json", "text/plain").injectNull(0.3),
					Arbitraries.of("{\"k\":\"a\",\"n\":[1,2]}", "7", "{", ""))
			.as((type, subject, n, contentType, data) -> {
				Map<String, Object> headers = new HashMap<>(Map.of("messageId", "1"));
				BiConsumer<String, @Nullable String> header = (name, value) -> {
					if (value != null) {
						headers.put(name, value);
					}
				};
				header.accept("type", type);
				header.accept("subject", subject);
				header.accept("n", n);
				header.accept("contentType", contentType);
				return new GenericMessage<>(data.getBytes(StandardCharsets.UTF_8), headers);
			});
	}

	private static CloudEvent event(String type, String source, @Nullable String subject, @Nullable Object extension,
			@Nullable String expiry, @Nullable String contentType, @Nullable String data) {
		CloudEventBuilder event = CloudEventBuilder.v1()
			.withId("1")
			.withType(type)
			.withSource(URI.create(source))
			.withSubject(subject)
			.withDataContentType(contentType);
		if (extension instanceof Integer number) {
			event.withExtension("ext", number);
		}
		else if (extension instanceof Boolean flag) {
			event.withExtension("ext", flag);
		}
		else if (extension != null) {
			event.withExtension("ext", extension.toString());
		}
		if (expiry != null) {
			event.withExtension("expirytime", expiry);
		}
		return ((data == null) ? event : event.withData(data.getBytes(StandardCharsets.UTF_8))).build();
	}

	private static Message<byte[]> structured(CloudEvent event) {
		return new GenericMessage<>(JsonEventFormat.write(event), Map.of("contentType", MediaTypes.EVENT_JSON));
	}

	private static Message<byte[]> binary(CloudEvent event) {
		Map<String, Object> headers = new HashMap<>();
		Attributes.forEach(event, (name, value) -> headers.put("ce-" + name, Attributes.canonical(value)));
		if (event.getDataContentType() != null) {
			headers.put("contentType", event.getDataContentType());
		}
		return new GenericMessage<>(data(event), headers);
	}

	private static byte[] data(CloudEvent event) {
		return (event.getData() == null) ? new byte[0] : event.getData().toBytes();
	}

	/**
	 * Something that left.
	 *
	 * @param attributes as text
	 */
	private record Left(String to, Map<String, String> attributes, String data) {

		static Left sent(String to, CloudEvent event) {
			Map<String, String> attributes = new TreeMap<>();
			Attributes.forEach(event, (name, value) -> attributes.put(name, Attributes.canonical(value)));
			attributes.put(Attributes.DATA_CONTENT_TYPE, String.valueOf(event.getDataContentType()));
			return new Left(to, attributes, new String(ExplainedAndRealTests.data(event), StandardCharsets.UTF_8));
		}

		static Left letter(CloudEvent letter) {
			String reason = String.valueOf(letter.getExtension("dlreason"));
			CloudEventBuilder event = CloudEventBuilder.from(letter);
			letter.getExtensionNames()
				.stream()
				.filter((name) -> name.startsWith("dl") && !name.equals("dlheaders"))
				.forEach(event::withoutExtension);
			return letter(String.valueOf(letter.getExtension("dlroute")),
					String.valueOf(letter.getExtension("dltarget")), String.valueOf(letter.getExtension("dlcode")),
					// What stands before says where it happened.
					reason.replaceFirst("^[^:]*(:[^ ][^:]*)*: (route '[^']*': )?", ""), event.build());
		}

		static Left letter(String route, String target, String code, String reason, CloudEvent event) {
			Left sent = sent("dead", event);
			sent.attributes.putAll(Map.of("dlroute", route, "dltarget", target, "dlcode", code, "dlreason", reason));
			return sent;
		}

	}

	/**
	 * A message that is no event, as its bridge gives it to the gateway.
	 */
	private record Plain(Message<byte[]> message) implements PlainMessage {

		@Override
		public String id() {
			return String.valueOf(header("messageId"));
		}

		@Override
		public String source() {
			return "/queue/in";
		}

		@Override
		public @Nullable String subject() {
			return null;
		}

		@Override
		public @Nullable String contentType() {
			return header("contentType");
		}

		@Override
		public byte[] data() {
			return this.message.getPayload();
		}

		@Override
		public @Nullable String property(String name) {
			return name.equals("topic") ? "in" : header(name.substring(name.indexOf('.') + 1));
		}

		private @Nullable String header(String name) {
			return (String) this.message.getHeaders().get(name);
		}

		@Override
		public Map<String, String> headers() {
			Map<String, String> text = new LinkedHashMap<>();
			this.message.getHeaders().forEach((name, value) -> text.put(name, String.valueOf(value)));
			return text;
		}

	}

}
