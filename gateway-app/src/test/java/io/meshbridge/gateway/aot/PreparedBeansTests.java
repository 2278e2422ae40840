package io.meshbridge.gateway.aot;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.core.SpringProperties;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class PreparedBeansTests {

	@TempDir
	private Path build = Path.of("");

	@AfterEach
	void forget() {
		SpringProperties.setProperty(AotDetector.AOT_ENABLED, null);
	}

	@Test
	void areTakenWhereTheirAssumptionsHold() throws Exception {
		assertThat(taken(Prepared.class, new MockEnvironment().withProperty("b", "1"))).isTrue();
	}

	@Test
	void areNotTakenWhereOneIsBroken() throws Exception {
		assertThat(taken(Prepared.class, new MockEnvironment().withProperty("a", "1").withProperty("b", "1")))
			.isFalse();
	}

	@Test
	void areNotTakenWithoutBeanDefinitionsOfThisMainClass() throws Exception {
		assertThat(taken(PreparedBeansTests.class, new MockEnvironment().withProperty("b", "1"))).isFalse();
	}

	@Test
	void theUserDecidesBeforeAll() throws Exception {
		System.setProperty(AotDetector.AOT_ENABLED, "false");
		try {
			assertThat(taken(Prepared.class, new MockEnvironment().withProperty("b", "1"))).isFalse();
		}
		finally {
			System.clearProperty(AotDetector.AOT_ENABLED);
		}
	}

	private boolean taken(Class<?> main, MockEnvironment environment) throws Exception {
		Path assumptions = this.build.resolve(Assumptions.RESOURCE);
		Files.createDirectories(assumptions.getParent());
		Files.writeString(assumptions, "a\nb=1");
		SpringApplication application = new SpringApplication();
		application.setMainApplicationClass(main);
		try (URLClassLoader classes = new URLClassLoader(new URL[] { this.build.toUri().toURL() }, null) {
			@Override
			protected Class<?> findClass(String name) throws ClassNotFoundException {
				return Class.forName(name, false, PreparedBeansTests.class.getClassLoader());
			}
		}) {
			application.setResourceLoader(new DefaultResourceLoader(classes));
			new PreparedBeans().onApplicationEvent(new ApplicationEnvironmentPreparedEvent(
					new DefaultBootstrapContext(), application, new String[0], environment));
			return AotDetector.useGeneratedArtifacts();
		}
	}

	static final class Prepared {

	}

	@SuppressWarnings("unused")
	static final class Prepared__ApplicationContextInitializer {

	}

}
