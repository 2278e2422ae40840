package io.meshbridge.broker;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

import io.netty.util.internal.PlatformDependent;
import org.apache.activemq.artemis.core.io.aio.AIOSequentialFileFactory;
import org.apache.activemq.artemis.nativo.jlibaio.LibaioContext;
import org.apache.activemq.artemis.nativo.jlibaio.SubmitInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Whether the journal can be written with Linux's asynchronous I/O here. That takes
 * libaio, a library of Artemis that is linked against it, and a file system that lets
 * writes pass by its cache.
 * <p>
 * Artemis looks for its library on {@code java.library.path} only, and keeps the file
 * inside of a jar. So it is copied out, loaded from here, which is the same class loader,
 * and Artemis is told so.
 */
final class AsyncJournal {

	/** Writes under way, as Artemis has it by default. */
	static final int MAX_IO = 4096;

	private static final String LIBRARY = "lib/linux-x86_64/libartemis-native-64.so";

	private AsyncJournal() {
	}

	/**
	 * Why it is not possible, or {@code null} if it is.
	 * @param folder of the journal, which can be written
	 */
	static @Nullable String problem(Path folder) {
		if (!System.getProperty("os.name").equals("Linux") || !System.getProperty("os.arch").equals("amd64")) {
			return "it needs Linux on x86-64";
		}
		// Without Unsafe, which Netty leaves alone from Java 25 on, Artemis fills up a
		// block byte by byte, beyond the end of its buffer: the thread that writes ends,
		// and nothing is ever confirmed.
		if (!PlatformDependent.hasUnsafe()) {
			return "Netty has no access to memory: start Java with --sun-misc-unsafe-memory-access=allow";
		}
		try {
			load(folder);
		}
		catch (IOException | UnsatisfiedLinkError ex) {
			return "libaio could not be loaded: " + ex.getMessage();
		}
		try {
			probe(folder);
			return null;
		}
		catch (IOException | RuntimeException ex) {
			return "the file system or the kernel refuses it: " + ex.getMessage();
		}
	}

	private static void probe(Path folder) throws IOException {
		Path file = Files.createTempFile(folder, "aio", ".probe");
		try {
			LibaioContext.close(LibaioContext.open(file.toString(), true));
		}
		finally {
			Files.delete(file);
		}
		new LibaioContext<SubmitInfo>(MAX_IO, true, true).close();
	}

	private static synchronized void load(Path folder) throws IOException {
		if (AIOSequentialFileFactory.isSupported()) {
			return;
		}
		Path library = Files.createTempFile(folder, "aio", ".so");
		try (InputStream packed = LibaioContext.class.getClassLoader().getResourceAsStream(LIBRARY)) {
			Files.copy(Objects.requireNonNull(packed, LIBRARY), library, StandardCopyOption.REPLACE_EXISTING);
			System.load(library.toString());
		}
		finally {
			Files.delete(library);
		}
		Field loaded = Objects.requireNonNull(ReflectionUtils.findField(LibaioContext.class, "loaded"));
		ReflectionUtils.makeAccessible(loaded);
		ReflectionUtils.setField(loaded, null, true);
	}

}
