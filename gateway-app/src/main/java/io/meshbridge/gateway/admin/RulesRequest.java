package io.meshbridge.gateway.admin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.meshbridge.gateway.routes.LiveRules;
import io.meshbridge.gateway.routes.RulesChange;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * What requests that change rules have in common.
 */
final class RulesRequest {

	static final String YAML = "application/yaml";

	static final String TEXT_YAML = "text/yaml";

	private static final String ANY = "*";

	private static final int MOST_BYTES = 16 * 1024 * 1024;

	private RulesRequest() {
	}

	/**
	 * The text that was sent, whatever its {@code Content-Type} says: curl calls it a
	 * form.
	 */
	static Mono<String> body(ServerHttpRequest request) {
		return DataBufferUtils.join(request.getBody(), MOST_BYTES).map((buffer) -> {
			String text = buffer.toString(StandardCharsets.UTF_8);
			DataBufferUtils.release(buffer);
			return text;
		}).defaultIfEmpty("");
	}

	/**
	 * What {@code If-Match} and {@code If-None-Match} ask for.
	 */
	static LiveRules.Condition condition(ServerHttpRequest request) {
		HttpHeaders headers = request.getHeaders();
		List<String> match = tags(headers, HttpHeaders.IF_MATCH);
		boolean any = match.remove(ANY);
		return new LiveRules.Condition(match, any, tags(headers, HttpHeaders.IF_NONE_MATCH).contains(ANY));
	}

	private static List<String> tags(HttpHeaders headers, String name) {
		List<String> tags = new ArrayList<>();
		for (String value : headers.getOrEmpty(name)) {
			for (String tag : value.split(",")) {
				String plain = tag.strip();
				tags.add(plain.startsWith("\"") && plain.endsWith("\"") && plain.length() > 1
						? plain.substring(1, plain.length() - 1) : plain);
			}
		}
		return tags;
	}

	static String tag(String value) {
		return "\"" + value + "\"";
	}

	static ResponseEntity<ChangeView> answer(LiveRules.Outcome outcome, boolean dryRun, int status, String tag) {
		RulesChange change = outcome.change();
		return ResponseEntity.status(status)
			.eTag(tag)
			.body(new ChangeView(dryRun, outcome.revision().number(), change.added(), change.changed(),
					change.removed(), change.opened(), change.closed(), FindingView.of(outcome.findings())));
	}

	/**
	 * What a request has changed, or would change.
	 *
	 * @param dryRun whether nothing was changed
	 * @param revision of the rules that are active now
	 * @param added ids of routes
	 * @param changed ids of routes
	 * @param removed ids of routes
	 * @param opened sources and targets that are bound from now on
	 * @param closed those that end when nothing of them is under way
	 * @param findings what is allowed in all rules then and probably not meant
	 */
	record ChangeView(boolean dryRun, long revision, List<String> added, List<String> changed, List<String> removed,
			List<String> opened, List<String> closed, List<FindingView> findings) {
	}

	/**
	 * Describes the headers of {@link #condition}.
	 */
	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@Parameter(name = "If-Match", in = ParameterIn.HEADER, description = "ETag that what is changed must still have")
	@Parameter(name = "If-None-Match", in = ParameterIn.HEADER, description = "* to make only what is not there yet")
	@interface Conditional {

	}

}
