package io.meshbridge.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.metrics.HttpClientMetricsAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientPropertiesAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ScheduledTasksObservationAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.PersistenceExceptionTranslationAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientObservationAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.cloud.function.context.config.KotlinLambdaToFunctionAutoConfiguration;

/**
 * Starts the gateway, without what comes with its libraries and has nothing to do here.
 */
@SpringBootApplication(exclude = { AopAutoConfiguration.class, HttpClientAutoConfiguration.class,
		HttpClientMetricsAutoConfiguration.class, HttpServiceClientPropertiesAutoConfiguration.class,
		ScheduledTasksObservationAutoConfiguration.class, PersistenceExceptionTranslationAutoConfiguration.class,
		RestClientAutoConfiguration.class, RestClientObservationAutoConfiguration.class,
		TransactionAutoConfiguration.class, TransactionManagerCustomizationAutoConfiguration.class,
		KotlinLambdaToFunctionAutoConfiguration.class })
@ConfigurationPropertiesScan
public class GatewayApplication {

	/**
	 * Runs until the process is told to stop.
	 */
	public static void main(String[] args) {
		SpringApplication.run(GatewayApplication.class, args);
	}

}
