package io.meshbridge.rules.transform;

/**
 * One step of a transform. Immutable; may be used by any number of threads.
 */
interface Step {

	/**
	 * Changes the draft.
	 * @throws TransformException when it can't; the text is the end of a sentence that
	 * begins with the name of the step
	 */
	void apply(Draft draft) throws TransformException;

	/**
	 * Whether it looks at the data, which takes time.
	 */
	boolean readsData();

	/**
	 * Whether it may change the draft; else it only looks at it.
	 */
	default boolean changes() {
		return true;
	}

	/**
	 * Whether it asks a schema registry.
	 */
	default boolean asksRegistry() {
		return false;
	}

}
