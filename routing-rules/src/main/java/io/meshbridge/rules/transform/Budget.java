package io.meshbridge.rules.transform;

import java.lang.management.ManagementFactory;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.dashjoin.jsonata.Utils.RangeList;
import com.sun.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;

/**
 * What one transform has used of its {@link TransformLimits}. Belongs to one thread.
 * <p>
 * Time is that of the processor, so that an event does not fail because the machine is
 * busy. Memory is what the thread has allocated. Beside both, the size of a value is
 * counted as it would be written: values that hold one value many times over are small in
 * memory and endless for whoever walks through them.
 */
final class Budget {

	private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	/** Asking the system for the time at each step would take longer than most steps. */
	private static final int EVERY = 16;

	private static final int WEIGHT_OF_VALUE = 8;

	private final TransformLimits limits;

	private long startNanos = THREAD.getCurrentThreadCpuTime();

	private long startBytes = THREAD.getCurrentThreadAllocatedBytes();

	private final Map<Object, Long> weights = new IdentityHashMap<>();

	private int calls;

	private @Nullable OverLimitException exceeded;

	Budget(TransformLimits limits) {
		this.limits = limits;
	}

	TransformLimits limits() {
		return this.limits;
	}

	/**
	 * A registered schema. What it takes to get it, once, is not the event's.
	 */
	SchemaSource.Registered schema(SchemaRequest request) throws TransformException {
		SchemaSource schemas = this.limits.schemas();
		if (schemas == null) {
			throw new TransformException("there is no schema registry (meshbridge.schema-registry.url)");
		}
		long nanos = THREAD.getCurrentThreadCpuTime();
		long bytes = THREAD.getCurrentThreadAllocatedBytes();
		try {
			return request.ask(schemas);
		}
		finally {
			this.startNanos += THREAD.getCurrentThreadCpuTime() - nanos;
			this.startBytes += THREAD.getCurrentThreadAllocatedBytes() - bytes;
		}
	}

	/**
	 * What is asked of a registry.
	 */
	interface SchemaRequest {

		SchemaSource.Registered ask(SchemaSource schemas) throws TransformException;

	}

	/**
	 * Looks now and then whether the limits hold.
	 */
	void tick() {
		if (++this.calls % EVERY == 0) {
			check();
		}
	}

	/**
	 * Looks whether the limits hold.
	 */
	void check() {
		if (THREAD.getCurrentThreadCpuTime() - this.startNanos > this.limits.time().toNanos()) {
			throw exceeded("takes longer than " + this.limits.time().toMillis()
					+ " ms of processor time (meshbridge.transform.timeout)");
		}
		if (THREAD.getCurrentThreadAllocatedBytes() - this.startBytes > this.limits.memoryBytes()) {
			throw tooLarge();
		}
	}

	/**
	 * Looks whether a value is small enough.
	 */
	void weigh(@Nullable Object value) {
		if (weight(value) > this.limits.memoryBytes()) {
			throw tooLarge();
		}
	}

	/**
	 * Asks for room for a text before it is made.
	 */
	void reserve(long characters) {
		if (characters > this.limits.memoryBytes()) {
			throw tooLarge();
		}
	}

	private long weight(@Nullable Object value) {
		if (value instanceof String text) {
			return text.length();
		}
		if (value instanceof RangeList range) {
			return (long) range.size() * WEIGHT_OF_VALUE;
		}
		if (!(value instanceof Map<?, ?> || value instanceof List<?>)) {
			return WEIGHT_OF_VALUE;
		}
		Long known = this.weights.get(value);
		if (known != null) {
			return known;
		}
		long weight = WEIGHT_OF_VALUE;
		if (value instanceof Map<?, ?> map) {
			for (Map.Entry<?, ?> entry : map.entrySet()) {
				weight = sum(weight, sum(weight(entry.getKey()), weight(entry.getValue())));
			}
		}
		else {
			for (Object item : (List<?>) value) {
				weight = sum(weight, weight(item));
			}
		}
		this.weights.put(value, weight);
		return weight;
	}

	private static long sum(long one, long other) {
		long sum = one + other;
		return (sum < 0) ? Long.MAX_VALUE : sum;
	}

	private OverLimitException tooLarge() {
		return exceeded(String.format(Locale.ROOT, "needs more than %,d bytes of memory (meshbridge.transform.memory)",
				this.limits.memoryBytes()));
	}

	/**
	 * Keeps what it says, since JSONata's {@code $eval} does not.
	 */
	OverLimitException exceeded(String what) {
		this.exceeded = new OverLimitException(what);
		return this.exceeded;
	}

	/**
	 * The limit that was exceeded, or {@code null}.
	 */
	@Nullable OverLimitException exceeded() {
		return this.exceeded;
	}

}
