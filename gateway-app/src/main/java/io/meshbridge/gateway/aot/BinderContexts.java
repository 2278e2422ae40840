package io.meshbridge.gateway.aot;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.cloud.stream.binder.BinderChildContextInitializer;

/**
 * Leaves the contexts of binders, which are made when a rule needs one, to that moment.
 * With Spring Cloud Stream's bean definitions of the build there would be no binder that
 * {@code application.yml} names.
 */
final class BinderContexts extends BinderChildContextInitializer {

	/** Of the bean that it stands in for. */
	static final String NAME = "binderChildContextInitializer";

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		return null;
	}

}
