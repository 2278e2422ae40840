package io.meshbridge.gateway;

import java.time.Duration;

import io.meshbridge.rules.transform.ConfluentRegistry;
import io.meshbridge.rules.transform.SchemaSource;
import io.meshbridge.rules.transform.TransformLimits;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the gateway as a whole.
 *
 * @param maxEventSize largest event that is taken in, data and attributes together;
 * larger ones are answered with 413 over HTTP and go to the dead letter sink from
 * elsewhere
 * @param maxInFlight how much of one source may be under way at once
 * @param routesFile file with more routes than those under {@code meshbridge.routes},
 * read at the start and each time it changes; one that does not exist holds none
 * @param routesWatch how often the routes file is looked at for a change; {@code 0} for
 * not at all; at least 100 ms
 * @param instanceId name of this gateway among those that share its groups, the same
 * after a restart; the host name unless set
 * @param dataDir folder for what must outlive the process
 * @param maxReplyHops how many replies may follow from one event, each the reply to the
 * one before; ends loops of routes with {@code reply-to}. The next one goes to the dead
 * letter sink; at least 1
 * @param channels where durable channels are kept
 * @param brokerCheckInterval how often the brokers' health is looked at, for one log line
 * when it changes; at least 1 s
 * @param breaker when a target counts as out
 * @param deduplicate how much is remembered for routes that deduplicate
 * @param desk how dead letters are kept to be looked at and sent again
 * @param transform what the transform of one event may use
 * @param schemaRegistry where the schemas are that data names by number
 * @param recentEvents memory for the events that came in last, to try other rules on; 0
 * for none
 */
@ConfigurationProperties("meshbridge")
public record GatewayProperties(@DefaultValue("1MB") DataSize maxEventSize, @DefaultValue MaxInFlight maxInFlight,
		@DefaultValue("routes.yaml") String routesFile, @DefaultValue("1s") Duration routesWatch,
		@Nullable String instanceId, @DefaultValue("./data") String dataDir, @DefaultValue("32") int maxReplyHops,
		@DefaultValue Channels channels, @DefaultValue("5s") Duration brokerCheckInterval,
		@DefaultValue Breaker breaker, @DefaultValue Deduplicate deduplicate, @DefaultValue Desk desk,
		@DefaultValue Transform transform, @DefaultValue SchemaRegistry schemaRegistry,
		@DefaultValue("8MB") DataSize recentEvents) {

	private static final Duration SHORTEST_WATCH = Duration.ofMillis(100);

	public GatewayProperties {
		if (!routesWatch.isZero() && routesWatch.compareTo(SHORTEST_WATCH) < 0) {
			throw new IllegalArgumentException(
					"meshbridge.routes-watch is " + routesWatch + ", expected 0 or at least 100ms");
		}
		if (maxReplyHops < 1) {
			throw new IllegalArgumentException(
					"meshbridge.max-reply-hops is " + maxReplyHops + ", expected at least 1");
		}
	}

	/**
	 * What the transform of one event may use, and where its schemas are.
	 * @param watch hears whether the registry can be asked
	 */
	public TransformLimits transformLimits(ConfluentRegistry.Watch watch) {
		return new TransformLimits(this.transform.timeout(), this.transform.memory().toBytes(),
				(int) Math.min(this.maxEventSize.toBytes(), Integer.MAX_VALUE), this.schemaRegistry.client(watch));
	}

	/**
	 * Where durable channels are kept.
	 *
	 * @param backing {@code embedded} for the journal of the embedded broker, or the name
	 * of a binder whose broker several gateways share
	 * @param prefix what the names of topics, exchanges or addresses at that binder begin
	 * with
	 */
	public record Channels(@DefaultValue(Channels.EMBEDDED) String backing,
			@DefaultValue("meshbridge.") String prefix) {

		/** Keeps channels in the embedded broker. */
		public static final String EMBEDDED = "embedded";

		/** In no name of a channel or group, so the names of two channels never meet. */
		private static final char SEPARATOR = '/';

		/**
		 * A channel as that binder names it.
		 */
		public String destination(String channel) {
			return this.prefix + channel;
		}

		/**
		 * A group of a channel as that binder names it.
		 */
		public String group(String channel, String group) {
			return destination(channel) + SEPARATOR + group;
		}

	}

	/**
	 * When so many different events fail at one target that the target is out, and not
	 * they are bad. Where nobody is there at all, three attempts in a row are enough
	 * whatever is set here.
	 *
	 * @param failureRate percentage of the last events that must have failed; 1 to 100
	 * @param minimumEvents how many events there must have been; 1 to window
	 * @param window how many events are the last ones; 1 to 10000
	 */
	public record Breaker(@DefaultValue("50") int failureRate, @DefaultValue("5") int minimumEvents,
			@DefaultValue("100") int window) {

		public Breaker {
			require("failure-rate", failureRate, 100);
			require("window", window, 10_000);
			require("minimum-events", minimumEvents, window);
		}

		private static void require(String name, int value, int most) {
			if (value < 1 || value > most) {
				throw new IllegalArgumentException(
						"meshbridge.breaker." + name + " is " + value + ", expected 1 to " + most);
			}
		}

	}

	/**
	 * How much is remembered for routes that deduplicate.
	 *
	 * @param maxEvents how many events of one route; where there are more of them within
	 * its time, the oldest are forgotten early. 1000 to 50,000,000; 32 to 64 bytes of
	 * disk and memory each
	 */
	public record Deduplicate(@DefaultValue("1000000") int maxEvents) {

		public Deduplicate {
			if (maxEvents < 1000 || maxEvents > 50_000_000) {
				throw new IllegalArgumentException(
						"meshbridge.deduplicate.max-events is " + maxEvents + ", expected 1000 to 50000000");
			}
		}

	}

	/**
	 * What the transform of one event may use.
	 *
	 * @param timeout processor time, of all its steps together; 1 ms to 10 s * @param
	 * memory memory that it allocates from start to end, most of it for moments; 1 MB to
	 * 1 GB
	 */
	public record Transform(@DefaultValue("250ms") Duration timeout, @DefaultValue("128MB") DataSize memory) {

		private static final Duration LONGEST = Duration.ofSeconds(10);

		public Transform {
			if (timeout.toMillis() < 1 || timeout.compareTo(LONGEST) > 0) {
				throw new IllegalArgumentException(
						"meshbridge.transform.timeout is " + timeout + ", expected 1 ms to 10 s");
			}
			if (memory.toMegabytes() < 1 || memory.toGigabytes() > 1) {
				throw new IllegalArgumentException(
						"meshbridge.transform.memory is " + memory + ", expected 1 MB to 1 GB");
			}
		}

	}

	/**
	 * A schema registry with the REST API of Confluent's.
	 *
	 * @param url where it is, without a user; none where it is not set
	 * @param username for basic authentication
	 * @param password for basic authentication
	 */
	public record SchemaRegistry(@Nullable String url, @Nullable String username, @Nullable String password) {

		/**
		 * Asks it; {@code null} where there is none.
		 */
		public @Nullable SchemaSource client(ConfluentRegistry.Watch watch) {
			return (this.url == null) ? null : new ConfluentRegistry(this.url, this.username, this.password, watch);
		}

		@Override
		public String toString() {
			return "SchemaRegistry[" + this.url + "]";
		}

	}

	/**
	 * Limits of what is taken from a source and not settled yet. A source over its limit
	 * is paused; over HTTP the answer is 429.
	 *
	 * @param events number of events of one source, at least 1
	 * @param bytes size of these events together, data and attributes; 0 for an eighth of
	 * the heap, but at most 64 MB
	 */
	public record MaxInFlight(@DefaultValue("10000") int events, @DefaultValue("0B") DataSize bytes) {

		private static final long MOST_BYTES = DataSize.ofMegabytes(64).toBytes();

		public MaxInFlight {
			if (events < 1) {
				throw new IllegalArgumentException(
						"meshbridge.max-in-flight.events is " + events + ", expected at least 1");
			}
			if (bytes.isNegative()) {
				throw new IllegalArgumentException(
						"meshbridge.max-in-flight.bytes is " + bytes + ", expected 0 or more");
			}
			if (bytes.toBytes() == 0) {
				// Producers and consumers of the brokers hold as much again, each.
				bytes = DataSize.ofBytes(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 8));
			}
		}
	}

	/**
	 * How dead letters are kept to be looked at and sent again.
	 *
	 * @param enabled whether dead letter sinks are read at all
	 * @param sinks which of them
	 * @param maxLetters how many letters are kept; more stay in their sinks; at least 1
	 * @param maxReplays how often a letter is sent again without being forced to; 0 to
	 * 1000
	 */
	public record Desk(@DefaultValue("true") boolean enabled, @DefaultValue("all") Sinks sinks,
			@DefaultValue("1000000") long maxLetters, @DefaultValue("3") int maxReplays) {

		public Desk {
			if (maxLetters < 1) {
				throw new IllegalArgumentException(
						"meshbridge.desk.max-letters is " + maxLetters + ", expected at least 1");
			}
			if (maxReplays < 0 || maxReplays > MOST_REPLAYS) {
				throw new IllegalArgumentException(
						"meshbridge.desk.max-replays is " + maxReplays + ", expected 0 to " + MOST_REPLAYS);
			}
		}

		private static final int MOST_REPLAYS = 1000;

		/**
		 * Which dead letter sinks are read.
		 */
		public enum Sinks {

			/** All that can be read. */
			ALL,

			/** Channels. */
			CHANNELS

		}

	}

}
