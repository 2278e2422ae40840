package io.meshbridge.gateway.story;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an operator is told, for what was written.
 */
class StoryTests {

	private static final String OWN = "channel:route.orders";

	private final List<StoryEntry> entries = new ArrayList<>();

	private final List<LiveLeg> legs = new ArrayList<>();

	/** Where the entries of this process begin. */
	private long start;

	@Test
	void isOnItsWayUntilItsTargetHasTakenIt() {
		long arrival = received("kafka:in", "orders\nkafka:a\nkafka:b");
		add(Kind.DELIVERED, arrival, 1, "", "orders", "kafka:b");
		assertTold("came in over kafka:in at 10:00:00", "route orders: on its way to kafka:a",
				"route orders: delivered to kafka:b at 10:00:01");
		add(Kind.ATTEMPT_FAILED, arrival, 1, "busy", "orders", "kafka:a", "503");
		assertThat(detail("kafka:a")).isEqualTo("tried again at kafka:a, attempt 1 failed at 10:00:02: 503, busy");
		add(Kind.DELIVERED, arrival, 2, "", "orders", "kafka:a");
		assertThat(detail("kafka:a")).isEqualTo("delivered to kafka:a at 10:00:03 with attempt 2");
	}

	@Test
	void aDuplicateHidesNotWhereTheEventIs() {
		long first = received("http:/in", "orders\nkafka:a");
		long second = received("http:/in", "orders\nkafka:a");
		add(Kind.DUPLICATE, second, 0, "", "orders", "kafka:a");
		assertThat(detail("kafka:a")).isEqualTo("on its way to kafka:a");
		add(Kind.DELIVERED, first, 1, "", "orders", "kafka:a");
		assertThat(detail("kafka:a")).isEqualTo("delivered to kafka:a at 10:00:03");
	}

	@Test
	void tellsOfADuplicateWhenThatIsAllItKnowsAndOfWhatWasDropped() {
		long arrival = received("http:/in", "orders\nkafka:a\nkafka:b");
		add(Kind.DUPLICATE, arrival, 0, "", "orders", "kafka:a");
		add(Kind.DROPPED, arrival, 0, "its expirytime was yesterday", "orders", "kafka:b");
		assertTold("came in over http:/in at 10:00:00",
				"route orders: not sent to kafka:a at 10:00:01, for it came before",
				"route orders: dropped at 10:00:02: its expirytime was yesterday");
	}

	@Test
	void waitsForATargetThatIsOut() {
		long arrival = received("kafka:in", "orders\nkafka:a");
		add(Kind.ATTEMPT_FAILED, arrival, 3, "nobody is there", "orders", "kafka:a", "CONNECTION_REFUSED");
		add(Kind.WAITS, arrival, 0, "nobody is there", "orders", "kafka:a");
		assertThat(state("kafka:a")).isEqualTo("in-flight");
		this.legs.add(new LiveLeg("other", "kafka:in", "kafka:in", "kafka:a", null));
		this.legs.add(new LiveLeg("orders", "kafka:in", "kafka:in", "kafka:a", "nobody is there"));
		assertThat(state("kafka:a")).isEqualTo("waiting");
		assertThat(detail("kafka:a")).isEqualTo("waits for kafka:a, which is out: nobody is there");
	}

	@Test
	void isHeldInADeadLetterSinkOrLeftToItsSource() {
		long arrival = received("kafka:in", "orders\nkafka:a\nkafka:b\nkafka:c");
		add(Kind.HELD, arrival, 0, "bad; no sink", "orders", "kafka:a");
		add(Kind.DEAD_LETTERED, arrival, 4, "bad", "orders", "kafka:b", "kafka:dead", "400");
		add(Kind.GIVEN_BACK, arrival, 0, "the gateway stops", "orders", "kafka:c");
		assertTold("came in over kafka:in at 10:00:00", "route orders: held for kafka:a and tried again: bad; no sink",
				"route orders: in the dead letter sink kafka:dead since 10:00:02, after 4 attempts at kafka:b: 400, bad",
				"route orders: not taken by kafka:c and left to its source at 10:00:03: the gateway stops");
	}

	@Test
	void isOneDeadLetterWhenNoTargetCouldGetIt() {
		long arrival = received("kafka:in", "orders\nkafka:a\nkafka:b");
		add(Kind.DEAD_LETTERED, arrival, 0, "too large", "orders", "kafka:a", "kafka:dead", "TOO_LARGE");
		assertThat(story().places()).extracting(Place::target).containsExactly("kafka:a");
	}

	@Test
	void matchedNoRoute() {
		received("kafka:in");
		assertTold("came in over kafka:in at 10:00:00", "matched no route, so it was acknowledged and went nowhere");
	}

	@Test
	void wasNotTaken() {
		add(Kind.REFUSED, position(), 0, "10000 events are under way", "http:/in");
		assertTold("came in over http:/in at 10:00:00 and was not taken: 10000 events are under way");
		received("http:/in", "orders\nkafka:a");
		assertTold("came in over http:/in at 10:00:00 and once more, last over http:/in at 10:00:01",
				"route orders: on its way to kafka:a");
		assertThat(story().entries()).extracting(Story.Entry::arrival).containsExactly(null, 1);
	}

	@Test
	void cameInBeforeWhatIsKept() {
		add(Kind.DELIVERED, 5, 1, "", "orders", "kafka:a");
		assertTold("came in before the first entry that is left", "route orders: delivered to kafka:a at 10:00:00");
	}

	@Test
	void wasInterruptedWhenTheGatewayEndedAndCameAgain() {
		received("kafka:in", "orders\nkafka:a");
		this.start = position();
		assertTold("came in over kafka:in at 10:00:00",
				"route orders: was on its way to kafka:a when the gateway ended, before its source heard "
						+ "that it is taken");
		long again = received("kafka:in", "orders\nkafka:a");
		assertThat(state("kafka:a")).isEqualTo("in-flight");
		add(Kind.DELIVERED, again, 1, "", "orders", "kafka:a");
		assertThat(state("kafka:a")).isEqualTo("delivered");
		assertThat(story().entries()).extracting(Story.Entry::arrival).containsExactly(1, 2, 2);
	}

	@Test
	void isStillUnderWayOnceWhenADuplicateOvertookIt() {
		long first = received("kafka:in", "orders\nkafka:a");
		long second = received("kafka:in", "orders\nkafka:a");
		add(Kind.DELIVERED, second, 1, "", "orders", "kafka:a");
		assertThat(state("kafka:a")).isEqualTo("in-flight");
		add(Kind.DELIVERED, first, 1, "", "orders", "kafka:a");
		assertThat(detail("kafka:a")).endsWith(", 2 times");
		assertThat(story().places()).singleElement().satisfies((place) -> assertThat(place.deliveries()).isEqualTo(2));
	}

	@Test
	void goesThroughTheChannelOfADurableRoute() {
		durableTo("kafka:a", null);
		durableTo("kafka:b", "nobody is there");
		long arrival = received("http:/in", "orders\n" + OWN);
		assertTold("came in over http:/in at 10:00:00", "route orders: on its way to " + OWN);
		add(Kind.DELIVERED, arrival, 1, "", "orders", OWN);
		assertTold("came in over http:/in at 10:00:00", "route orders: in " + OWN + ", for kafka:a",
				"route orders: in " + OWN + ", for kafka:b, which is out: nobody is there");
		long read = received(OWN + "@kafka:a", "orders\nkafka:a");
		assertThat(state("kafka:a")).isEqualTo("in-flight");
		add(Kind.DELIVERED, read, 1, "", "orders", "kafka:a");
		assertTold("came in over http:/in at 10:00:00", "route orders: delivered to kafka:a at 10:00:03",
				"route orders: in " + OWN + ", for kafka:b, which is out: nobody is there");
	}

	@Test
	void isInTheChannelAgainWhenItWasGivenBackToIt() {
		durableTo("kafka:a", null);
		long arrival = received("http:/in", "orders\n" + OWN);
		add(Kind.DELIVERED, arrival, 1, "", "orders", OWN);
		long read = received(OWN + "@kafka:a", "orders\nkafka:a");
		add(Kind.GIVEN_BACK, read, 0, "the gateway stops", "orders", "kafka:a");
		assertThat(state("kafka:a")).isEqualTo("in-channel");
		received(OWN + "@kafka:a", "orders\nkafka:a");
		this.start = position();
		assertThat(state("kafka:a")).as("killed meanwhile").isEqualTo("in-channel");
		long again = received(OWN + "@kafka:a", "orders\nkafka:a");
		add(Kind.DEAD_LETTERED, again, 1, "bad", "orders", "kafka:a", "kafka:dead", "400");
		assertThat(state("kafka:a")).isEqualTo("dead-lettered");
	}

	@Test
	void isInAChannelAsOftenAsItWasStoredThere() {
		durableTo("kafka:a", null);
		for (int i = 0; i < 2; i++) {
			add(Kind.DELIVERED, received("http:/in", "orders\n" + OWN), 1, "", "orders", OWN);
		}
		add(Kind.DELIVERED, received(OWN + "@kafka:a", "orders\nkafka:a"), 1, "", "orders", "kafka:a");
		assertThat(state("kafka:a")).isEqualTo("in-channel");
		add(Kind.DELIVERED, received(OWN + "@kafka:a", "orders\nkafka:a"), 1, "", "orders", "kafka:a");
		assertThat(state("kafka:a")).isEqualTo("delivered");
	}

	@Test
	void isInAChannelOfAUserForTheRoutesThatReadIt() {
		long arrival = received("kafka:in", "orders\nchannel:all");
		add(Kind.DELIVERED, arrival, 1, "", "orders", "channel:all");
		assertTold("came in over kafka:in at 10:00:00", "route orders: in channel:all, which no route here reads");
		this.legs.add(new LiveLeg("audit", "channel:all@audit", "channel:all", "kafka:audit", null));
		assertTold("came in over kafka:in at 10:00:00", "route orders: stored in channel:all at 10:00:01",
				"route audit: in channel:all, for kafka:audit");
		received("channel:all@audit");
		assertTold("came in over kafka:in at 10:00:00", "matched no route, so it was acknowledged and went nowhere",
				"route orders: stored in channel:all at 10:00:01");
	}

	private void durableTo(String target, @Nullable String outage) {
		this.legs.add(new LiveLeg("orders", "http:/in", "http:/in", OWN, null));
		this.legs.add(new LiveLeg("orders", OWN + "@" + target, OWN, target, outage));
	}

	private long received(String binding, String... paths) {
		long position = position();
		add(Kind.RECEIVED, position, paths.length, "",
				Stream.concat(Stream.of(binding), Stream.of(paths)).toArray(String[]::new));
		return position;
	}

	private long position() {
		return 10 + this.entries.size();
	}

	private void add(Kind kind, long arrival, int number, String text, String... names) {
		this.entries.add(new StoryEntry(position(),
				Instant.parse("2026-03-01T10:00:00Z").plusSeconds(this.entries.size()).toEpochMilli(), kind, arrival,
				number, List.of(names), text));
	}

	private void assertTold(String... parts) {
		assertThat(shortened(story().summary())).isEqualTo(String.join("; ", parts));
	}

	private Story story() {
		return Story.of("/shop", "1", this.entries, this.legs, this.start, null);
	}

	private String state(String target) {
		return place(target).state();
	}

	private String detail(String target) {
		return shortened(place(target).detail());
	}

	private Place place(String target) {
		return story().places().stream().filter((place) -> place.target().equals(target)).findFirst().orElseThrow();
	}

	private static String shortened(String text) {
		return text.replaceAll("2026-03-01T([0-9:]+)Z", "$1");
	}

}
