package io.meshbridge.it;

import java.time.Duration;
import java.util.Set;

/**
 * Something that goes wrong for a while.
 *
 * @param what for the log
 * @param touches protocols whose paths feel it
 * @param length from its begin to its end
 */
record Fault(String what, Set<String> touches, Duration length, Step begin, Step end) {

	/** Whether a path, for example {@code kafka-http}, feels it. */
	boolean touches(String path) {
		String[] ends = path.split("-");
		return this.touches.contains(ends[0]) || this.touches.contains(ends[1]);
	}

	/**
	 * What makes it, or mends it.
	 */
	interface Step {

		void run() throws Exception;

	}

}
