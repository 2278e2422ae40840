package io.meshbridge.gateway.dispatch;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.meshbridge.bridge.SendException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The last attempts of one event, all of which failed. Belongs to whoever runs the
 * event's current step.
 */
final class FailedAttempts {

	private static final int MOST = 10;

	private static final int MAX_BYTES = 2048;

	private static final int LONGEST_CODE_BYTES = 64;

	private static final int LONGEST_ANSWER_BYTES = 512;

	private static final JsonMapper JSON = new JsonMapper();

	/** Made with the first of them: most events have none. */
	private @Nullable Deque<Failed> last;

	void add(SendException cause, long nowNanos) {
		if (this.last == null) {
			this.last = new ArrayDeque<>(4);
		}
		if (this.last.size() == MOST) {
			this.last.removeFirst();
		}
		this.last.addLast(new Failed(nowNanos, cause.code(), String.valueOf(cause.getMessage())));
	}

	/**
	 * The attempts as a JSON array, oldest first, at most 2048 bytes; answers are cut as
	 * much as that needs. {@code null} when there were not two, since the last one is
	 * told anyway.
	 * @param nowNanos now, on the clock of the attempts
	 */
	@Nullable String toJson(Instant now, long nowNanos) {
		if (this.last == null || this.last.size() < 2) {
			return null;
		}
		List<Failed> failed = List.copyOf(this.last);
		int answerBytes = LONGEST_ANSWER_BYTES;
		String json = write(failed, now, nowNanos, answerBytes);
		while (answerBytes > 0 && json.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
			answerBytes = answerBytes * 3 / 4;
			json = write(failed, now, nowNanos, answerBytes);
		}
		return json;
	}

	private static String write(List<Failed> all, Instant now, long nowNanos, int answerBytes) {
		List<Map<String, String>> attempts = new ArrayList<>();
		for (Failed failed : all) {
			Map<String, String> attempt = new LinkedHashMap<>();
			attempt.put("time", now.minusNanos(nowNanos - failed.nanos()).truncatedTo(ChronoUnit.MILLIS).toString());
			attempt.put("code", DeadLetter.cut(failed.code(), LONGEST_CODE_BYTES));
			attempt.put("answer", DeadLetter.cut(failed.answer(), answerBytes));
			attempts.add(attempt);
		}
		return JSON.writeValueAsString(attempts);
	}

	private record Failed(long nanos, String code, String answer) {
	}

}
