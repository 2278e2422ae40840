package io.meshbridge.rules.transform;

import java.util.Map;

/**
 * Gives attributes new names; one that is not there is left alone.
 */
record RenameAttributes(Map<String, String> names) implements Step {

	@Override
	public void apply(Draft draft) throws TransformException {
		for (Map.Entry<String, String> name : this.names.entrySet()) {
			draft.rename(name.getKey(), name.getValue());
		}
	}

	@Override
	public boolean readsData() {
		return false;
	}

}
