package io.meshbridge.gateway.command;

import java.util.Objects;

import picocli.CommandLine.IVersionProvider;

/**
 * The version of the jar.
 */
final class Version implements IVersionProvider {

	@Override
	public String[] getVersion() {
		String version = getClass().getPackage().getImplementationVersion();
		return new String[] { "Meshbridge " + Objects.requireNonNullElse(version, "(not from a jar)") };
	}

}
