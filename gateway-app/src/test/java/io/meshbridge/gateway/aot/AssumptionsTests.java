package io.meshbridge.gateway.aot;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class AssumptionsTests {

	private static final ClassLoader CLASSES = AssumptionsTests.class.getClassLoader();

	private final StandardEnvironment build = new StandardEnvironment();

	private final StandardEnvironment start = new StandardEnvironment();

	private List<String> lines = List.of();

	@BeforeEach
	void build() {
		Readings readings = new Readings();
		this.build.getPropertySources().addFirst(new MapPropertySource("build", Map.of("a.list", "x,y", "empty", "")));
		this.build.getPropertySources().addFirst(readings);
		for (String asked : List.of("a.list", "empty", "not.there", "server.port", "logging.level.root")) {
			this.build.getProperty(asked);
		}
		this.build.resolvePlaceholders("${with.default:5}");
		this.lines = new Assumptions(this.build, CLASSES).lines(Readings.in(this.build));
		ConfigurationPropertySources.attach(this.start);
	}

	private List<String> broken(Map<String, Object> properties) {
		this.start.getPropertySources().addLast(new MapPropertySource("start", properties));
		return new Assumptions(this.start, CLASSES).broken(this.lines);
	}

	@Test
	void hasWhatWasAskedForWithItsValueOrWithout() {
		assertThat(this.lines.subList(1, this.lines.size())).containsExactly("a.list=x,y", "empty=", "not.there",
				"with.default");
	}

	@Test
	void holdWhereAllIsTheSameWhateverElseThereIs() {
		assertThat(broken(Map.of("a.list", "x,y", "empty", "", "server.port", 9, "another", "1"))).isEmpty();
	}

	@Test
	void areBrokenByAnotherValueByOneMoreAndByOneLess() {
		assertThat(broken(Map.of("a.list", "x", "not.there", ""))).containsExactly("a.list=x,y", "empty=", "not.there");
	}

	@Test
	void areBrokenByAnEnvironmentVariable() {
		this.start.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("mine-systemEnvironment", Map.of("NOT_THERE", "x")));
		assertThat(broken(Map.of("a.list", "x,y", "empty", ""))).containsExactly("not.there");
	}

	@Test
	void areBrokenByOneMoreFileThatNamesConfigurations(@TempDir Path plugin) throws Exception {
		Path folder = Files.createDirectories(plugin.resolve("META-INF/spring"));
		Files.createFile(folder.resolve("org.springframework.boot.autoconfigure.AutoConfiguration.imports"));
		try (URLClassLoader classes = new URLClassLoader(new URL[] { plugin.toUri().toURL() }, CLASSES)) {
			assertThat(new Assumptions(this.build, classes).broken(this.lines)).singleElement()
				.isEqualTo(this.lines.get(0));
		}
	}

	@Test
	void nothingWasAskedWhereNobodyListened() {
		assertThat(Readings.in(this.start)).isEqualTo(Set.of());
	}

}
