package io.meshbridge.gateway.admin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Problem details that an operation may answer with, for the OpenAPI document.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(ProblemAnswer.All.class)
@interface ProblemAnswer {

	/**
	 * The HTTP status.
	 */
	int status();

	/**
	 * What must be so for it.
	 */
	String when();

	/**
	 * Several of them.
	 */
	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@interface All {

		/**
		 * In the order of writing.
		 */
		ProblemAnswer[] value();

	}

}
