package io.meshbridge.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * The brokers of a bench, and a temporary folder for all that is written. When it is
 * closed, nothing of both is left.
 */
final class Workplace implements AutoCloseable {

	private final Path folder;

	private final Brokers brokers;

	Workplace() throws IOException {
		this.folder = Files.createTempDirectory("meshbridge-bench");
		this.brokers = new Brokers(this.folder);
	}

	Path folder() {
		return this.folder;
	}

	Brokers brokers() {
		return this.brokers;
	}

	@Override
	public void close() {
		this.brokers.close();
		ProcessHandle.current().descendants().forEach(Workplace::stop);
		try {
			delete(this.folder);
		}
		catch (IOException ex) {
			System.err.println("bench: '" + this.folder + "' can't be removed: " + ex);
		}
	}

	/**
	 * Stops what was being started at the very moment when the bench was told to stop.
	 */
	private static void stop(ProcessHandle straggler) {
		straggler.destroy();
		try {
			straggler.onExit().get(10, TimeUnit.SECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			straggler.destroyForcibly();
		}
		catch (InterruptedException ex) {
			straggler.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

	private static void delete(Path folder) throws IOException {
		Files.walkFileTree(folder, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.delete(file);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException ex) throws IOException {
				Files.delete(visited);
				return FileVisitResult.CONTINUE;
			}

		});
	}

}
