package io.meshbridge.gateway.admin;

import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

/**
 * What the OpenAPI document of the admin API, {@code /admin/openapi.json}, says of
 * itself; the rest is found in the controllers.
 */
@Configuration(proxyBeanMethods = false)
class AdminApiDocument {

	private static final String PROBLEM = "#/components/schemas/ProblemDetail";

	@Bean
	OpenAPI adminApi(ObjectProvider<BuildProperties> build) {
		BuildProperties present = build.getIfAvailable();
		String version = (present == null) ? null : present.getVersion();
		return new OpenAPI().info(new Info().title("Meshbridge admin API")
			.version((version == null) ? "development" : version)
			.description("Errors are problem details, RFC 9457."));
	}

	/**
	 * Adds what operations answer when they can't do what was asked. All else is in the
	 * Javadoc of the controllers.
	 */
	@Bean
	OperationCustomizer problemAnswers() {
		return (operation, method) -> {
			for (ProblemAnswer answer : method.getMethod().getAnnotationsByType(ProblemAnswer.class)) {
				operation.getResponses()
					.addApiResponse(String.valueOf(answer.status()), new ApiResponse().description(answer.when())
						.content(new Content().addMediaType(MediaType.APPLICATION_PROBLEM_JSON_VALUE,
								new io.swagger.v3.oas.models.media.MediaType().schema(new Schema<>().$ref(PROBLEM)))));
			}
			return operation;
		};
	}

	@Bean
	OpenApiCustomizer problemSchema() {
		return (document) -> ModelConverters.getInstance(true)
			.read(ProblemDetail.class)
			.forEach(document.getComponents()::addSchemas);
	}

}
