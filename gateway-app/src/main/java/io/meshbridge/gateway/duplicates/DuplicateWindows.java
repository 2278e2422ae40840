package io.meshbridge.gateway.duplicates;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.meshbridge.gateway.GatewayProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The windows of all routes that deduplicate, each in a folder of its own under
 * {@code duplicates} in the data folder. Thread-safe.
 */
@Component
public class DuplicateWindows {

	private static final Logger logger = LoggerFactory.getLogger(DuplicateWindows.class);

	/** A route may be named like a way out of the folder. */
	private static final String PREFIX = "route-";

	private final Path folder;

	private final int maxEvents;

	private final Clock clock;

	/** By route; guarded by this. */
	private final Map<String, DuplicateWindow> windows = new HashMap<>();

	DuplicateWindows(GatewayProperties properties, Clock clock) {
		this.folder = Path.of(properties.dataDir(), "duplicates");
		this.maxEvents = properties.deduplicate().maxEvents();
		this.clock = clock;
	}

	/**
	 * The window of a route, the same one also after its rule has changed.
	 */
	public synchronized DuplicateWindow of(String route, Duration time) {
		DuplicateWindow window = this.windows.get(route);
		if (window == null) {
			window = new DuplicateWindow(this.folder.resolve(PREFIX + route), time, this.maxEvents, this.clock);
			this.windows.put(route, window);
		}
		window.time(time);
		return window;
	}

	/**
	 * Forgets what all other routes have taken, also before this process began.
	 */
	public synchronized void retain(Set<String> routes) {
		for (String route : List.copyOf(this.windows.keySet())) {
			if (!routes.contains(route)) {
				this.windows.remove(route);
			}
		}
		if (!Files.isDirectory(this.folder)) {
			return;
		}
		try (Stream<Path> folders = Files.list(this.folder)) {
			for (Path path : folders.toList()) {
				String name = path.getFileName().toString();
				if (name.startsWith(PREFIX) && !routes.contains(name.substring(PREFIX.length()))) {
					new DuplicateWindow(path, Duration.ZERO, this.maxEvents, this.clock).delete();
				}
			}
		}
		catch (IOException | UncheckedIOException ex) {
			logger.warn("{}: what is not needed any more is left: {}", this.folder, ex.toString());
		}
	}

}
