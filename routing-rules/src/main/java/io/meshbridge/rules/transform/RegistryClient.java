package io.meshbridge.rules.transform;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a schema registry over HTTP. One that does not answer is left alone for a second,
 * so that the events that need it do not wait for it one after the other. May be used by
 * any number of threads.
 */
final class RegistryClient {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	/** From the question to the end of the answer. */
	private static final Duration LONGEST = TIMEOUT.multipliedBy(2);

	private static final Duration LEFT_ALONE = Duration.ofSeconds(1);

	private static final Duration TOLD_EVERY = Duration.ofMinutes(1);

	private static final int MOST_BYTES = 1 << 20;

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

	private final String url;

	private final @Nullable String authorization;

	private final ConfluentRegistry.Watch watch;

	private final LongSupplier nanoTime;

	private volatile @Nullable Silence silence;

	/** Whether it was told that the registry is away; guarded by this. */
	private boolean away;

	/** When that was told last; guarded by this. */
	private long toldNanos;

	private record Silence(String why, long untilNanos) {
	}

	/**
	 * A registry.
	 * @param url where it is, without a slash at its end
	 * @param authorization value of the header; {@code null} for none
	 * @param nanoTime tells how time passes
	 */
	RegistryClient(String url, @Nullable String authorization, ConfluentRegistry.Watch watch, LongSupplier nanoTime) {
		this.url = url;
		this.authorization = authorization;
		this.watch = watch;
		this.nanoTime = nanoTime;
		this.toldNanos = nanoTime.getAsLong() - TOLD_EVERY.toNanos();
	}

	/**
	 * What the registry answers.
	 * @throws TransformException when it has no such thing, or can't be asked for now
	 */
	JsonNode get(String path) throws TransformException {
		Silence now = this.silence;
		if (now != null && now.untilNanos() - this.nanoTime.getAsLong() > 0) {
			throw TransformException.inPassing(now.why(), null);
		}
		try {
			JsonNode answer = answer(path, ask(path));
			back();
			return answer;
		}
		catch (TransformException ex) {
			if (ex.inPassing()) {
				away(String.valueOf(ex.getMessage()));
			}
			else {
				back();
			}
			throw ex;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw TransformException.inPassing("the gateway stops", ex);
		}
	}

	private HttpResponse<byte[]> ask(String path) throws TransformException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.url + path))
			.timeout(TIMEOUT)
			.header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
		if (this.authorization != null) {
			request.header("Authorization", this.authorization);
		}
		CompletableFuture<HttpResponse<byte[]>> answer = this.client.sendAsync(request.build(),
				(head) -> new BoundedBody(MOST_BYTES));
		try {
			return answer.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof BoundedBody.TooLargeException)
					? new TransformException(String.format(Locale.ROOT,
							"the schema registry answers more than %,d bytes to %s", MOST_BYTES, path), ex)
					: silent(String.valueOf((ex.getCause() instanceof IOException cause) ? cause : ex), ex);
		}
		catch (TimeoutException ex) {
			throw silent("not within " + LONGEST.toSeconds() + " s", ex);
		}
		finally {
			answer.cancel(true);
		}
	}

	private TransformException silent(String why, Exception cause) {
		String text = "the schema registry does not answer: " + why;
		this.silence = new Silence(text, this.nanoTime.getAsLong() + LEFT_ALONE.toNanos());
		return TransformException.inPassing(text, cause);
	}

	/**
	 * A registry says with a number of its own that it lacks something. Whatever else
	 * answers 404 stands before it, or is none.
	 */
	private static JsonNode answer(String path, HttpResponse<byte[]> response) throws TransformException {
		JsonNode json;
		try {
			json = JSON.readTree(response.body());
		}
		catch (JacksonException ex) {
			throw TransformException.inPassing(
					"the schema registry answers " + response.statusCode() + " to " + path
							+ ", and no JSON, expected that of meshbridge.schema-registry.url to speak Confluent's API",
					ex);
		}
		if (response.statusCode() == 404 && json.path("error_code").asInt(0) / 100 == 404) {
			throw new TransformException("the schema registry has no " + path);
		}
		if (response.statusCode() != 200) {
			throw TransformException.inPassing("the schema registry answers " + response.statusCode() + " to " + path,
					null);
		}
		return json;
	}

	private synchronized void away(String why) {
		long now = this.nanoTime.getAsLong();
		if (!this.away && now - this.toldNanos >= TOLD_EVERY.toNanos()) {
			this.away = true;
			this.toldNanos = now;
			this.watch.away(why);
		}
	}

	private synchronized void back() {
		if (this.away) {
			this.away = false;
			this.watch.back();
		}
	}

}
