package io.meshbridge.gateway.routes;

import io.meshbridge.rules.RulesException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Shows wrong rules at start-up as a list of places, without a stack trace.
 */
class RulesFailureAnalyzer extends AbstractFailureAnalyzer<RulesException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, RulesException cause) {
		int count = cause.problems().size();
		String heading = (count == 1) ? "The rules have a problem:" : "The rules have " + count + " problems:";
		return new FailureAnalysis(heading + "\n\n" + cause.getMessage(),
				"Correct what is listed; nothing was started. The reference is docs/routes.md.", cause);
	}

}
