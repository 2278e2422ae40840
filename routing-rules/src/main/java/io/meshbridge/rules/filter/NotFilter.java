package io.meshbridge.rules.filter;

import io.cloudevents.CloudEvent;

/**
 * {@code not}: what the other filter does not match, which includes events that lack the
 * attribute it looks at.
 */
record NotFilter(Filter filter) implements Filter {

	@Override
	public boolean matches(CloudEvent event) {
		return !this.filter.matches(event);
	}

	@Override
	public String toString() {
		return "not: {" + this.filter + "}";
	}

}
