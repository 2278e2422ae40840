package io.meshbridge.gateway.story;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;

/**
 * Measures by hand what the story of an event costs, in nanoseconds of one thread: two
 * entries for each event, as for one route to one target, and how long a question over a
 * full ring takes. Not a test; the folder is its argument.
 */
final class StoryCost {

	private static final int EVENTS = 4_000_000;

	private static final int IDS = 1 << 16;

	private StoryCost() {
	}

	public static void main(String[] arguments) throws IOException {
		Path folder = Files.createTempDirectory(Path.of(arguments[0]), "story-cost");
		CloudEvent[] events = IntStream.range(0, IDS)
			.mapToObj((i) -> CloudEventBuilder.v1()
				.withId(UUID.randomUUID().toString())
				.withSource(URI.create("/bench/source"))
				.withType("t")
				.build())
			.toArray(CloudEvent[]::new);
		ExecutorService aside = Executors.newSingleThreadExecutor();
		try (StoryRing ring = new StoryRing(folder, 1_000_000, Duration.ofDays(1), Clock.systemUTC(), aside)) {
			for (int round = 1; round <= 6; round++) {
				long start = cpuNanos();
				for (int i = 0; i < EVENTS; i++) {
					tell(ring, events[i & (IDS - 1)]);
				}
				print(round + ": %.0f ns CPU for each event, two entries", (cpuNanos() - start) / (double) EVENTS);
			}
			for (int round = 1; round <= 5; round++) {
				long start = System.nanoTime();
				int found = ring.find(Fingerprint.of("/bench/source", events[round].getId())).size();
				print("%d entries found among a million in %.1f ms", found, (System.nanoTime() - start) / 1e6);
			}
		}
		aside.shutdown();
	}

	/** Of this thread, in the system too: what others do on the machine is not in it. */
	private static long cpuNanos() {
		return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
	}

	/** As {@link Stories} does. */
	private static void tell(StoryRing ring, CloudEvent event) {
		Fingerprint fingerprint = Fingerprint.of(event.getSource().toString(), event.getId());
		long arrival = ring.append(Kind.RECEIVED, fingerprint, -1, 1,
				new StoryRing.Name[] { ring.name("kafka:in"), ring.name("bench\nkafka:out") }, new byte[0]);
		ring.append(Kind.DELIVERED, fingerprint, arrival, 1,
				new StoryRing.Name[] { ring.name("bench"), ring.name("kafka:out") }, new byte[0]);
	}

	private static void print(String format, Object... values) {
		System.out.println(String.format(Locale.ROOT, format, values));
	}

}
