package io.meshbridge.broker;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Prints why the embedded broker does not start, without a stack trace.
 */
final class EmbeddedBrokerFailureAnalyzer extends AbstractFailureAnalyzer<EmbeddedBrokerException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, EmbeddedBrokerException cause) {
		return new FailureAnalysis(cause.problem(), cause.action(), cause);
	}

}
