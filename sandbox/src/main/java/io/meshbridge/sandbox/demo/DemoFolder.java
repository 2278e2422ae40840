package io.meshbridge.sandbox.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What a demo has on disk. What a person may want to read stays when it ends: the routes
 * and the logs.
 *
 * @param root a folder for this demo alone
 */
record DemoFolder(Path root) {

	/**
	 * Makes one among the system's temporary files.
	 */
	static DemoFolder make() throws IOException {
		return new DemoFolder(Files.createTempDirectory("meshbridge-demo-"));
	}

	/**
	 * What the brokers and the watches log.
	 */
	Path brokersLog() {
		return this.root.resolve("brokers.log");
	}

	/**
	 * What the gateway logs.
	 */
	Path gatewayLog() {
		return this.root.resolve("gateway.log");
	}

	Path kafkaData() {
		return this.root.resolve("kafka");
	}

	Path amqpData() {
		return this.root.resolve("amqp");
	}

	Path gatewayData() {
		return this.root.resolve("gateway");
	}

	/**
	 * The user's own routes, or a copy of the sample ones with this demo's ports.
	 */
	Path routes(DemoOptions options) throws IOException {
		if (options.routes() != null) {
			return options.routes();
		}
		try (InputStream sample = Objects.requireNonNull(DemoFolder.class.getResourceAsStream("demo-routes.yaml"))) {
			String text = new String(sample.readAllBytes(), StandardCharsets.UTF_8);
			int port = options.port(Part.HOOK);
			return Files.writeString(this.root.resolve("routes.yaml"),
					text.replace("127.0.0.1:" + Part.HOOK.defaultPort() + "/", "127.0.0.1:" + port + "/"));
		}
	}

	/**
	 * Deletes what brokers stored, once nobody uses it any more.
	 */
	void deleteData() {
		for (Path data : List.of(kafkaData(), amqpData(), gatewayData())) {
			try {
				deleteTree(data);
			}
			catch (IOException ex) {
				// Not a constant: the first logger decides where the log goes, see
				// DemoCommand.
				LoggerFactory.getLogger(DemoFolder.class).warn("while deleting what the brokers stored", ex);
			}
		}
	}

	private static void deleteTree(Path root) throws IOException {
		if (!Files.exists(root)) {
			return;
		}
		Files.walkFileTree(root, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.delete(file);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
					throws IOException {
				Files.delete(directory);
				return FileVisitResult.CONTINUE;
			}

		});
	}

}
