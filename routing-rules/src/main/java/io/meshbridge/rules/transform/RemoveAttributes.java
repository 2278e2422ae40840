package io.meshbridge.rules.transform;

import java.util.List;

/**
 * Takes attributes away.
 */
record RemoveAttributes(List<String> names) implements Step {

	@Override
	public void apply(Draft draft) {
		this.names.forEach(draft::remove);
	}

	@Override
	public boolean readsData() {
		return false;
	}

}
