package io.meshbridge.gateway.admin;

import java.util.List;

/**
 * Tells somebody who asked for what is not there what there is.
 */
final class KnownNames {

	private static final int MOST = 20;

	private KnownNames() {
	}

	static String expectedOneOf(List<String> names) {
		if (names.isEmpty()) {
			return "there is none";
		}
		String more = (names.size() > MOST) ? " and " + (names.size() - MOST) + " more" : "";
		return "expected one of: " + String.join(", ", names.stream().limit(MOST).toList()) + more;
	}

}
