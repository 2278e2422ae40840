package io.meshbridge.broker;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A journal that is written with asynchronous I/O, and without.
 */
@ExtendWith(OutputCaptureExtension.class)
class JournalTypeIT {

	private static final String AIO = "journal-type=aio";

	private static final String NIO = "journal-type=nio";

	private static final String INFO = "logging.level.io.meshbridge=info";

	/** More than the largest message here. */
	private static final int LOST_BYTES = 65_536;

	@TempDir
	private Path folder = Path.of("");

	private void assumeAio() {
		String problem = AsyncJournal.problem(this.folder);
		Assumptions.assumeTrue(problem == null, () -> "no asynchronous I/O here: " + problem);
	}

	private void send(int from, String... properties) throws Exception {
		try (Running broker = new Running(this.folder, properties);
				Connection connection = broker.amqp(null, null);
				Session session = connection.createSession()) {
			MessageProducer producer = session.createProducer(session.createQueue("orders"));
			for (int i = from; i < from + 100; i++) {
				Message message = session.createTextMessage("x".repeat(50 * i));
				message.setIntProperty("number", i);
				producer.send(message);
			}
		}
	}

	private List<Integer> read(int expected, String... properties) throws Exception {
		List<Integer> numbers = new ArrayList<>();
		try (Running broker = new Running(this.folder, properties);
				Connection connection = broker.amqp(null, null);
				Session session = connection.createSession();
				MessageConsumer consumer = session.createConsumer(session.createQueue("orders"))) {
			Message message = next(consumer, numbers.size() < expected);
			while (message != null) {
				numbers.add(message.getIntProperty("number"));
				message = next(consumer, numbers.size() < expected);
			}
		}
		return numbers;
	}

	private static @Nullable Message next(MessageConsumer consumer, boolean expected) throws JMSException {
		return consumer.receive(expected ? 30_000 : 2000);
	}

	@Test
	void eachReadsAndContinuesWhatTheOtherHasWritten() throws Exception {
		assumeAio();
		send(0, NIO);
		send(100, AIO);
		send(200, AIO);
		send(300, NIO);
		send(400, AIO);
		assertThat(read(500, NIO)).isEqualTo(IntStream.range(0, 500).boxed().toList());
		send(500, NIO);
		assertThat(read(100, AIO)).isEqualTo(IntStream.range(500, 600).boxed().toList());
		assertThat(read(0, NIO)).isEmpty();
	}

	@Test
	void damageIsSeenInAFileOfEither() throws Exception {
		assumeAio();
		send(0, NIO);
		send(100, AIO);
		send(200, NIO);
		Path file = journalFile();
		byte[] whole = Files.readAllBytes(file);
		int end = whole.length - 1;
		while (whole[end] == 0) {
			end--;
		}
		for (int at = 5000; at < end - LOST_BYTES; at += end / 4) {
			try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
				open.seek(at);
				// What a disk has lost reads as zeros.
				open.write(new byte[LOST_BYTES]);
			}
			assertThatThrownBy(() -> new Running(this.folder).close()).as("byte " + at)
				.hasStackTraceContaining("'" + file + "'")
				.hasStackTraceContaining("is damaged");
			Files.write(file, whole);
		}
		assertThat(read(300)).hasSize(300);
	}

	private Path journalFile() throws IOException {
		try (Stream<Path> files = Files.list(this.folder.resolve("broker/journal"))) {
			return files.filter((file) -> file.toString().endsWith("." + ArtemisConfiguration.JOURNAL))
				.sorted()
				.findFirst()
				.orElseThrow();
		}
	}

	@Test
	void theStartLineSaysWhichItIs(CapturedOutput output) throws Exception {
		new Running(this.folder, NIO, INFO).close();
		assertThat(output).contains("journal in " + this.folder.resolve("broker") + " (NIO)");
		assumeAio();
		new Running(this.folder, INFO).close();
		assertThat(output).contains("journal in " + this.folder.resolve("broker") + " (AIO)");
		try (Stream<Path> files = Files.list(this.folder.resolve("broker"))) {
			assertThat(files.map((file) -> file.getFileName().toString())).isSubsetOf("journal", "bindings", "paging",
					"large");
		}
	}

	@Test
	void withoutAsynchronousIoItStartsAndSaysWhyUnlessItIsDemanded(CapturedOutput output) {
		String architecture = System.getProperty("os.arch");
		System.setProperty("os.arch", "pdp11");
		try {
			new Running(this.folder, INFO).close();
			assertThat(output).containsOnlyOnce("written without asynchronous I/O, as it needs Linux on x86-64")
				.contains("(NIO)");
			assertThatThrownBy(() -> new Running(this.folder, AIO).close())
				.hasStackTraceContaining("meshbridge.embedded-broker.journal-type is 'aio'")
				.hasStackTraceContaining("package libaio1");
		}
		finally {
			System.setProperty("os.arch", architecture);
		}
	}

}
