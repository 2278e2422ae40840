package io.meshbridge.gateway.admin;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What the OpenAPI document of the admin API, {@code /admin/openapi.json}, says of
 * itself; the rest is found in the controllers.
 */
@Configuration(proxyBeanMethods = false)
class AdminApiDocument {

	@Bean
	OpenAPI adminApi(ObjectProvider<BuildProperties> build) {
		BuildProperties present = build.getIfAvailable();
		String version = (present == null) ? null : present.getVersion();
		return new OpenAPI().info(new Info().title("Meshbridge admin API")
			.version((version == null) ? "development" : version)
			.description("Errors are problem details, RFC 9457."));
	}

}
