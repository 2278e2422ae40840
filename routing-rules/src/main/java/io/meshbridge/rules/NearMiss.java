package io.meshbridge.rules;

import java.util.Collection;

/** stub */
public final class NearMiss {

	private NearMiss() {
	}

	public static String suggestion(String w, Collection<String> c) {
		return "";
	}

}
