package io.meshbridge.gateway.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

import picocli.CommandLine.IVersionProvider;

/**
 * The version of the jar.
 */
final class Version implements IVersionProvider {

	@Override
	public String[] getVersion() {
		return new String[] { "Meshbridge " + number() };
	}

	/**
	 * As the build has written it down; nothing has where classes run that are not
	 * packaged.
	 */
	static String number() {
		Properties build = new Properties();
		try (InputStream in = Version.class.getResourceAsStream("/META-INF/build-info.properties")) {
			if (in != null) {
				build.load(in);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("the version of the jar can't be read", ex);
		}
		return build.getProperty("build.version", "(not from a jar)");
	}

}
