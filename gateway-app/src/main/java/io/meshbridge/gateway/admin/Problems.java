package io.meshbridge.gateway.admin;

import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * Tells somebody all that is wrong with what he sent.
 */
final class Problems {

	private Problems() {
	}

	static ErrorResponseException badRequest(List<String> problems) {
		ProblemDetail detail = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, String.join("; ", problems));
		detail.setProperty("problems", problems);
		return new ErrorResponseException(HttpStatus.BAD_REQUEST, detail, null);
	}

}
