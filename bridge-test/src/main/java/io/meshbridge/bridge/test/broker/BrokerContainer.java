package io.meshbridge.bridge.test.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * A broker in a container. The port of the host is chosen beforehand, because it has to
 * be the same after a restart.
 */
final class BrokerContainer implements TestBroker {

	private static final Duration WAIT = Duration.ofSeconds(90);

	private final String image;

	private final int port;

	private final GenericContainer<?> container;

	/**
	 * Describes a container.
	 * @param port of the host
	 * @param containerPort that the broker listens on inside
	 * @param files text by path inside the container
	 */
	BrokerContainer(String image, int port, int containerPort, Map<String, String> environment,
			Map<String, String> files, List<String> command) {
		this.image = image;
		this.port = port;
		this.container = new GenericContainer<>(DockerImageName.parse(image));
		this.container.setPortBindings(List.of(FreePort.HOST + ":" + port + ":" + containerPort));
		this.container.withExposedPorts(containerPort).withEnv(environment).withStartupTimeout(WAIT);
		files.forEach((path, text) -> this.container.withCopyToContainer(Transferable.of(text, 0644), path));
		if (!command.isEmpty()) {
			this.container.withCommand(command.toArray(String[]::new));
		}
	}

	/**
	 * Whether a container engine answers. Looks for its socket first, because asking
	 * where none is takes seconds and fills the log.
	 */
	static boolean engineAnswers() {
		String home = System.getProperty("user.home");
		String runtime = Objects.requireNonNullElse(System.getenv("XDG_RUNTIME_DIR"), "/run/user/none");
		boolean likely = System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"))
				|| Files.exists(Path.of(home, ".docker", "run", "docker.sock"))
				|| Files.exists(Path.of(runtime, "docker.sock"))
				|| Files.exists(Path.of(home, ".testcontainers.properties"));
		return likely && !BrokerFinder.onlyInTheJvm() && DockerClientFactory.instance().isDockerAvailable();
	}

	@Override
	public String description() {
		return "container " + this.image + ", port " + this.port;
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public void start() {
		if (this.container.getContainerId() == null) {
			this.container.start();
		}
		else {
			this.container.getDockerClient().startContainerCmd(this.container.getContainerId()).exec();
		}
		// The engine's proxy takes connections before the broker does.
		FreePort.await(description() + " takes no connections", WAIT, () -> FreePort.taken(this.port));
	}

	@Override
	public void stop() {
		this.container.getDockerClient().stopContainerCmd(this.container.getContainerId()).withTimeout(20).exec();
	}

	@Override
	public void kill() {
		this.container.getDockerClient().killContainerCmd(this.container.getContainerId()).exec();
	}

	@Override
	public void suspend() {
		this.container.getDockerClient().pauseContainerCmd(this.container.getContainerId()).exec();
	}

	@Override
	public void resume() {
		this.container.getDockerClient().unpauseContainerCmd(this.container.getContainerId()).exec();
	}

}
