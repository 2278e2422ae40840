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

	/** The same, while something else goes wrong too. */
	Fault during(String other, Step otherBegin, Step otherEnd) {
		return new Fault(this.what + ", " + other, this.touches, this.length, () -> {
			otherBegin.run();
			this.begin.run();
		}, () -> {
			this.end.run();
			otherEnd.run();
		});
	}

	/**
	 * What makes it, or mends it.
	 */
	interface Step {

		void run() throws Exception;

	}

}
