package io.meshbridge.sandbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.apache.qpid.server.SystemLauncher;

/** Interim. */
public final class SandboxAmqp implements AutoCloseable {

	private final SystemLauncher launcher = new SystemLauncher();

	private final int port;

	private SandboxAmqp(int port) {
		this.port = port;
	}

	public static SandboxAmqp start(int port, Path data) {
		SandboxAmqp amqp = new SandboxAmqp(port);
		try {
			Files.createDirectories(data);
			Path config = data.resolve("config.json");
			Files.writeString(config,
					"""
							{"name":"b","modelVersion":"9.0",
							"authenticationproviders":[{"name":"plain","type":"Plain","secureOnlyMechanisms":[],
							"users":[{"name":"guest","type":"managed","password":"guest"}]}],
							"ports":[{"name":"AMQP","port":"%d","bindingAddress":"127.0.0.1","protocols":["AMQP_0_9_1"],
							"authenticationProvider":"plain","virtualhostaliases":[{"name":"d","type":"defaultAlias"},{"name":"n","type":"nameAlias"}]}],
							"virtualhostnodes":[{"name":"default","type":"Memory","defaultVirtualHostNode":"true",
							"virtualHostInitialConfiguration":"{\\"type\\":\\"Memory\\",\\"name\\":\\"default\\"}"}]}
							"""
						.formatted(port),
					StandardCharsets.UTF_8);
			Map<String, Object> attributes = new HashMap<>();
			attributes.put("type", "Memory");
			attributes.put("initialConfigurationLocation", config.toUri().toString());
			attributes.put("startupLoggedToSystemOut", "false");
			attributes.put("qpid.work_dir", data.toString());
			amqp.launcher.startup(attributes);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		return amqp;
	}

	public int port() {
		return this.port;
	}

	@Override
	public void close() {
		this.launcher.shutdown();
	}

}
