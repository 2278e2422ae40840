package io.meshbridge.bridge.test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.EventAssembler;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.SoftAssertions;

/**
 * What messages hold. An event goes out through a target, is taken by the raw client,
 * published again as it is to another destination, and comes in through a source.
 */
final class MappingRules {

	private static final byte[] NOT_UTF_8 = { (byte) 0xff, 0, (byte) 0xc3, '(' };

	private final ContractRun run;

	private final BridgeHarness harness;

	MappingRules(ContractRun run) {
		this.run = run;
		this.harness = run.harness();
	}

	void everySampleEventSurvives(Rule rule, ContentMode mode) {
		Map<String, String> unsupported = this.harness.unsupportedSamples(mode);
		unsupported.forEach((name, reason) -> this.run.print(rule, "'" + name + "' not supported: " + reason));
		List<SampleEvent> samples = SampleEvents.all()
			.stream()
			.filter((sample) -> !unsupported.containsKey(sample.name()))
			.toList();
		try (Journey journey = new Journey(mode)) {
			journey.make(samples, EventAssert::isSameEventAs);
		}
	}

	void extensionsStayAsTheyAre() {
		for (ContentMode mode : ContentMode.values()) {
			if (this.run.supports(mode)) {
				Map<String, String> unsupported = this.harness.unsupportedSamples(mode);
				try (Journey journey = new Journey(mode)) {
					journey.make(SampleEvents.extensions()
						.stream()
						.filter((sample) -> !unsupported.containsKey(sample.name()))
						.toList(), EventAssert::hasSameAttributesAs);
				}
			}
		}
	}

	void kindsOfDataStayDistinct() {
		if (this.run.supports(ContentMode.BINARY) && !this.harness.tellsNullFromEmptyInBinaryMode()) {
			this.run.print(Rule.R04, "no data and empty data are the same in binary mode");
		}
		for (ContentMode mode : ContentMode.values()) {
			if (this.run.supports(mode)) {
				try (Journey journey = new Journey(mode)) {
					journey.make(SampleEvents.data(), EventAssert::hasSameDataAs);
				}
			}
		}
	}

	void plainMessageBecomesAValidEvent() throws Exception {
		Destination destination = this.harness.newDestination();
		TestSource source = this.run.gateway().source(destination, ContractRun.group());
		List<String> labels = ContractRun.labels(Rule.R05, 2);
		this.run.publish(destination, labels);
		Map<String, Received> first = ContractRun.byLabel(source.next(2));
		Assertions.assertThat(first).containsOnlyKeys(labels);
		Received refused = get(first, labels.get(0));
		String id = refused.plain().id();
		Assertions.assertThat(id).as("id of a plain message").isNotBlank();
		Assertions.assertThat(get(first, labels.get(1)).plain().id()).as("id of another message").isNotEqualTo(id);
		assertValid(refused.plain());
		get(first, labels.get(1)).accept();
		refused.refuse();
		Received again = source.next();
		while (!ContractRun.label(again.text()).equals(labels.get(0))) {
			again.accept();
			again = source.next();
		}
		Assertions.assertThat(again.plain().id()).as("id at redelivery").isEqualTo(id);
		again.accept();
		this.harness.publish(destination, new RawMessage(Map.of(), "application/octet-stream", null, NOT_UTF_8));
		Received bytes = source.next();
		while (!Arrays.equals(bytes.plain().data(), NOT_UTF_8)) {
			Assertions.assertThat(bytes.text()).as("plain message").isIn(labels);
			bytes.accept();
			bytes = source.next();
		}
		bytes.accept();
	}

	private static void assertValid(PlainMessage message) throws Exception {
		EventAssembler assembler = new EventAssembler("1.0");
		assembler.attribute("id", message.id());
		assembler.attribute("source", message.source());
		assembler.attribute("type", "plain");
		if (message.subject() != null) {
			assembler.attribute("subject", message.subject());
		}
		if (message.contentType() != null) {
			Assertions.assertThat(message.contentType()).startsWith("text/plain");
			assembler.attribute(Attributes.DATA_CONTENT_TYPE, message.contentType());
		}
		CloudEvent event = assembler.build(message.data());
		Assertions.assertThat(event.getId()).isEqualTo(message.id());
		Assertions.assertThat(message.property("nothing of that name")).as("unknown placeholder").isNull();
	}

	private static Received get(Map<String, Received> received, String label) {
		Received one = received.get(label);
		if (one == null) {
			throw new AssertionError(label + " did not come");
		}
		return one;
	}

	void unreadableMessageSaysWhy() {
		Destination destination = this.harness.newDestination();
		TestSource source = this.run.gateway().source(destination, ContractRun.group());
		List<UnreadableSample> samples = this.harness.unreadable();
		Assertions.assertThat(samples).as("unreadable samples").isNotEmpty();
		for (UnreadableSample sample : samples) {
			this.harness.publish(destination, sample.message());
			Received received = source.next();
			Content.Unreadable unreadable = received.unreadable();
			Assertions.assertThat(String.valueOf(unreadable.reason().getMessage()).toLowerCase(Locale.ROOT))
				.as("reason why '%s' is unreadable", sample)
				.contains(sample.expectedInReason().toLowerCase(Locale.ROOT));
			Assertions.assertThat(unreadable.message().data())
				.as("raw bytes of '%s'", sample)
				.isEqualTo(sample.message().body());
			Assertions.assertThat(unreadable.message().id()).as("id of '%s'", sample).isNotBlank();
			received.accept();
		}
		String label = ContractRun.labels(Rule.R06, 1).get(0);
		this.run.publish(destination, null, label);
		this.run.acceptUntil(source, List.of(label));
	}

	/**
	 * The way of events out of the gateway and in again.
	 */
	private final class Journey implements AutoCloseable {

		private final ContentMode mode;

		private final Destination out;

		private final Destination in;

		private final TestTarget target;

		private final TestSource source;

		private final List<String> missing = new ArrayList<>();

		Journey(ContentMode mode) {
			this.mode = mode;
			this.out = MappingRules.this.harness.newDestination();
			this.in = MappingRules.this.harness.newDestination();
			this.target = MappingRules.this.run.gateway().target(this.out);
			this.source = MappingRules.this.run.gateway().source(this.in, ContractRun.group());
		}

		void make(List<SampleEvent> samples, Comparison comparison) {
			SoftAssertions all = new SoftAssertions();
			for (SampleEvent sample : samples) {
				all.assertThatCode(() -> comparison.compare(assertThat(passed(sample.event())), sample.event()))
					.as("'%s' in %s mode", sample, this.mode)
					.doesNotThrowAnyException();
				if (!this.missing.isEmpty()) {
					break;
				}
			}
			all.assertAll();
		}

		private EventAssert assertThat(CloudEvent event) {
			boolean same = this.mode == ContentMode.BINARY
					&& !MappingRules.this.harness.tellsNullFromEmptyInBinaryMode();
			EventAssert started = EventAssert.assertThatEvent(event);
			return same ? started.whereNoDataIsEmptyData() : started;
		}

		private CloudEvent passed(CloudEvent event) {
			this.target.sendNow(event, this.mode);
			RawMessage raw = MappingRules.this.harness.take(this.out, MappingRules.this.run.patience());
			if (raw == null) {
				this.missing.add(event.getId());
				throw new AssertionError("the broker does not have the event " + event.getId());
			}
			Assertions.assertThat(MappingRules.this.harness.inMode(raw, this.mode))
				.as("%s is in %s mode", raw, this.mode)
				.isTrue();
			MappingRules.this.harness.publish(this.in, raw);
			Received received = this.source.poll(MappingRules.this.run.patience());
			if (received == null) {
				this.missing.add(event.getId());
				throw new AssertionError("the source does not hand over the event " + event.getId());
			}
			received.accept();
			return received.event();
		}

		@Override
		public void close() {
			this.source.close();
			this.target.close();
		}

	}

	private interface Comparison {

		void compare(EventAssert actual, CloudEvent expected);

	}

}
