package io.meshbridge.gateway.admin;

import java.util.List;

import io.meshbridge.gateway.routes.RulesConflictException;
import io.meshbridge.gateway.routes.RulesRevision;
import io.meshbridge.gateway.routes.StaleRulesException;
import io.meshbridge.gateway.routes.UnknownRuleException;
import io.meshbridge.rules.Problem;
import io.meshbridge.rules.RulesException;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Tells somebody why the rules were not changed as he wanted, as problem details ([RFC
 * 9457](https://www.rfc-editor.org/rfc/rfc9457)).
 */
@RestControllerAdvice
class RulesErrors {

	@ExceptionHandler
	ProblemDetail wrong(RulesException ex) {
		int count = ex.problems().size();
		ProblemDetail detail = ProblemDetail.forStatusAndDetail(HttpStatus.UNPROCESSABLE_CONTENT,
				"the rules would have " + ((count == 1) ? "a problem" : count + " problems") + ", nothing was changed: "
						+ String.join("; ", ex.problems().stream().map(Problem::toString).toList()));
		detail.setProperty("problems", ex.problems().stream().map(ProblemView::of).toList());
		return detail;
	}

	@ExceptionHandler
	ProblemDetail stale(StaleRulesException ex) {
		ProblemDetail detail = ProblemDetail.forStatusAndDetail(HttpStatus.PRECONDITION_FAILED, ex.getMessage());
		RulesRevision changed = ex.changed();
		if (changed != null) {
			detail.setProperty("changed", changed);
		}
		return detail;
	}

	@ExceptionHandler
	ProblemDetail conflict(RulesConflictException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail unknown(UnknownRuleException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, ex.getMessage());
	}

	/**
	 * One thing that is wrong.
	 *
	 * @param at where it stands, as the start prints it: {@code file:line:column}
	 * @param resource the file, or {@code request}
	 * @param line from 1; 0 where there are none
	 * @param column from 1; 0 where there are none
	 * @param where path of the setting
	 * @param what is wrong, and what was expected
	 */
	record ProblemView(String at, String resource, int line, int column, String where, String what) {

		static ProblemView of(Problem problem) {
			return new ProblemView(problem.location().toString(), problem.location().resource(),
					problem.location().line(), problem.location().column(), problem.where(), problem.what());
		}

		static List<ProblemView> of(List<Problem> problems) {
			return problems.stream().map(ProblemView::of).toList();
		}

	}

}
