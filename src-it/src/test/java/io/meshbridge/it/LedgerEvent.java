package io.meshbridge.it;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * One numbered event on a path of the ledger test.
 *
 * @param path for example {@code kafka-http}
 * @param poison whether the target refuses it for good
 */
record LedgerEvent(String path, String key, int number, boolean poison) {

	/** More data than brokers are told to take from the gateway. */
	private static final int POISON_BYTES = 100_000;

	private static final Pattern TEXT = Pattern.compile("<(\\w+-\\w+) (\\w+) (\\d+)( poison)?>");

	/** Content type of {@link #json()}. */
	static final String CONTENT_TYPE = "application/cloudevents+json";

	String id() {
		return this.path + "-" + this.key + "-" + this.number;
	}

	/** Over all paths. */
	String orderKey() {
		return this.path + "-" + this.key;
	}

	/** Its data. */
	String text() {
		String text = "<%s %s %d%s>".formatted(this.path, this.key, this.number, this.poison ? " poison" : "");
		boolean answersByStatus = this.path.endsWith("-http") || this.path.endsWith("-channel");
		return (this.poison && !answersByStatus) ? text + "x".repeat(POISON_BYTES) : text;
	}

	/** The event in structured mode. */
	byte[] json() {
		return """
				{"specversion":"1.0","id":"%s","source":"/ledger","type":"number","partitionkey":"%s",\
				"datacontenttype":"text/plain","data":"%s"}""".formatted(id(), orderKey(), text())
			.getBytes(StandardCharsets.UTF_8);
	}

	/** Finds an event's data in what came; {@code null} when it is none of ours. */
	static @Nullable LedgerEvent find(byte[] body) {
		Matcher found = TEXT.matcher(new String(body, 0, Math.min(body.length, 4096), StandardCharsets.UTF_8));
		return found.find() ? new LedgerEvent(found.group(1), found.group(2), Integer.parseInt(found.group(3)),
				found.group(4) != null) : null;
	}

}
