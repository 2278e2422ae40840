package io.meshbridge.sandbox.demo;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.meshbridge.sandbox.FreePort;
import io.meshbridge.sandbox.SandboxAmqp;
import io.meshbridge.sandbox.SandboxKafka;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class DemoIT {

	private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private @Nullable Arrival next() throws Exception {
		return this.arrivals.poll(30, TimeUnit.SECONDS);
	}

	private static Arrival arrival(String target, String data) {
		return new Arrival(target, Map.of("id", "a b", "type", "t"), utf8(data));
	}

	private static void assertSame(@Nullable Arrival arrival, Arrival expected) {
		assertThat(arrival).isNotNull();
		assertThat(arrival.target()).isEqualTo(expected.target());
		assertThat(arrival.attributes()).containsAllEntriesOf(expected.attributes());
		assertThat(arrival.dataText()).isEqualTo(expected.dataText());
	}

	@Test
	void seesWhatArrivesInKafka(@TempDir Path folder) throws Exception {
		try (SandboxKafka kafka = SandboxKafka.start(FreePort.any(), folder);
				KafkaWatch watch = new KafkaWatch(kafka.bootstrapServers(), List.of("a", "b"), this.arrivals::add);
				KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
						Map.of("bootstrap.servers", kafka.bootstrapServers()), new ByteArraySerializer(),
						new ByteArraySerializer())) {
			assertThat(watch).isNotNull();
			ProducerRecord<byte[], byte[]> event = new ProducerRecord<>("b", utf8("data"));
			event.headers().add("ce_id", utf8("a b")).add("ce_type", utf8("t"));
			producer.send(event).get(30, TimeUnit.SECONDS);
			assertSame(next(), arrival("kafka:b", "data"));
		}
	}

	@Test
	void seesWhatArrivesOverAmqp(@TempDir Path folder) throws Exception {
		try (SandboxAmqp amqp = SandboxAmqp.start(FreePort.any(), folder)) {
			ConnectionFactory broker = new ConnectionFactory();
			broker.setHost("127.0.0.1");
			broker.setPort(amqp.port());
			try (AmqpWatch watch = new AmqpWatch(broker, List.of("a"), this.arrivals::add);
					Connection connection = broker.newConnection()) {
				assertThat(watch).isNotNull();
				AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
					.headers(Map.of("cloudEvents_id", "a b", "cloudEvents_type", "t"))
					.build();
				connection.createChannel().basicPublish("a", "key", properties, utf8("data"));
				assertSame(next(), arrival("rabbit:a", "data"));
			}
		}
	}

	@Test
	void seesWhatIsPosted() throws Exception {
		int port = FreePort.any();
		try (HookWatch watch = new HookWatch(port, this.arrivals::add)) {
			assertThat(watch).isNotNull();
			HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/alarms"))
				.timeout(Duration.ofSeconds(30))
				.header("CE-Id", "a%20b")
				.header("ce-type", "t")
				.POST(HttpRequest.BodyPublishers.ofString("data"))
				.build();
			HttpResponse<Void> answer = HttpClient.newHttpClient()
				.send(request, HttpResponse.BodyHandlers.discarding());
			assertThat(answer.statusCode()).isEqualTo(204);
			assertSame(next(), arrival("http:" + port + "/alarms", "data"));
		}
	}

	@Test
	void endsWithTheGatewaysLastWordsWhenTheGatewayDies(@TempDir Path folder) throws Exception {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		DemoException problem = catchThrowableOfType(DemoException.class, () -> demo(folder, out).run());
		assertThat(problem.exitCode()).isEqualTo(1);
		assertThat(problem).hasMessageStartingWith("the gateway does not start")
			.hasMessageEndingWith(folder.resolve("gateway.log").toString());
		assertThat(out.toString(StandardCharsets.UTF_8)).contains("corrupt jarfile");
	}

	@Test
	void leavesRoutesAndLogButNoBrokerData(@TempDir Path folder) throws Exception {
		Demo demo = demo(folder, new ByteArrayOutputStream());
		assertThatExceptionOfType(DemoException.class).isThrownBy(demo::run);
		try (Stream<Path> files = Files.list(folder)) {
			assertThat(files.map((file) -> file.getFileName().toString())).containsExactlyInAnyOrder("meshbridge.jar",
					"routes.yaml", "gateway.log");
		}
		assertThat(folder.resolve("routes.yaml")).content().doesNotContain(":8090/");
	}

	@Test
	void startsNoGatewayWhenItIsAskedToEndBefore(@TempDir Path folder) throws Exception {
		Demo demo = demo(folder, new ByteArrayOutputStream());
		demo.end();
		assertThat(demo.run()).isTrue();
		assertThat(folder.resolve("gateway.log")).doesNotExist();
	}

	/** Its gateway is an empty file, which Java refuses to run. */
	private static Demo demo(Path folder, ByteArrayOutputStream out) throws Exception {
		List<String> arguments = new ArrayList<>();
		arguments.add("--gateway=" + Files.createFile(folder.resolve("meshbridge.jar")));
		for (Part part : Part.values()) {
			arguments.add("--" + part.option() + "=" + FreePort.any());
		}
		PrintStream screen = new PrintStream(out, true, StandardCharsets.UTF_8);
		return new Demo(DemoOptions.parse(arguments), new Screen(screen, false, Clock.systemUTC()),
				new DemoFolder(folder));
	}

}
