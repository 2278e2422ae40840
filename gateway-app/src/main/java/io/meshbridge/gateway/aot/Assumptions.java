package io.meshbridge.gateway.aot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.core.env.PropertyResolver;

/**
 * What bean definitions rest on: the properties that were asked for when they were made,
 * and how many files on the class path name configurations. One each line, {@code name}
 * or {@code name=value}.
 */
final class Assumptions {

	/** Where the build writes them down. */
	static final String RESOURCE = "META-INF/meshbridge/aot-assumptions.txt";

	private static final String CONFIGURATIONS = "META-INF/spring/" + AutoConfiguration.class.getName() + ".imports";

	private static final String FILES = "(configurations)";

	/**
	 * Asked for without an effect on bean definitions. {@code server.port} has one only
	 * where {@code management.server.port} is set, which is asked for too. A colon comes
	 * from placeholders with a default, which are asked for without it as well.
	 */
	private static final Predicate<String> WITHOUT_EFFECT = Pattern
		.compile("server\\.port|(spring\\.application|logging)\\..*|.*:.*")
		.asMatchPredicate();

	private final PropertyResolver properties;

	private final ClassLoader classes;

	Assumptions(PropertyResolver properties, ClassLoader classes) {
		this.properties = properties;
		this.classes = classes;
	}

	/**
	 * The lines for the properties that were asked for, with what they are here.
	 */
	List<String> lines(Collection<String> names) {
		return Stream.concat(Stream.of(FILES), names.stream().filter(WITHOUT_EFFECT.negate()).sorted())
			.map(this::line)
			.toList();
	}

	/**
	 * Those of the lines that don't hold here.
	 */
	List<String> broken(List<String> lines) {
		return lines.stream().filter((line) -> !line.equals(line(line.split("=", 2)[0]))).toList();
	}

	private String line(String name) {
		String value = FILES.equals(name) ? files() : this.properties.getProperty(name);
		return (value != null) ? name + "=" + value : name;
	}

	private String files() {
		try {
			return Integer.toString(Collections.list(this.classes.getResources(CONFIGURATIONS)).size());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("the class path can't be read", ex);
		}
	}

}
