package io.meshbridge.broker;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import jakarta.jms.Connection;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a user sees of a journal that is not as it was.
 */
class DamagedJournalIT {

	private static final int MANY = 200;

	@TempDir
	private Path folder = Path.of("");

	@BeforeEach
	void storeSome() throws Exception {
		try (Running broker = new Running(this.folder);
				Connection connection = broker.amqp(null, null);
				Session session = connection.createSession()) {
			MessageProducer producer = session.createProducer(session.createQueue("orders"));
			for (int i = 0; i < MANY; i++) {
				producer.send(session.createTextMessage("order " + i + " " + "x".repeat(500)));
			}
		}
	}

	private int count(int expected, String... properties) throws Exception {
		try (Running broker = new Running(this.folder, properties);
				Connection connection = broker.amqp(null, null);
				Session session = connection.createSession()) {
			MessageConsumer consumer = session.createConsumer(session.createQueue("orders"));
			int count = 0;
			while (consumer.receive((count < expected) ? 30_000 : 1000) != null) {
				count++;
			}
			return count;
		}
	}

	private Path fileOf(String journal) throws IOException {
		try (Stream<Path> files = Files.list(this.folder.resolve("broker").resolve(journal))) {
			return files.filter((file) -> !file.toString().endsWith(".lock"))
				.sorted()
				.findFirst()
				.orElseThrow(() -> new IllegalStateException("no file"));
		}
	}

	private void fails(Path damaged) {
		assertThatThrownBy(() -> new Running(this.folder).close()).hasStackTraceContaining("'" + damaged + "'")
			.hasStackTraceContaining("is damaged")
			.hasStackTraceContaining("meshbridge.embedded-broker.damaged-journal=accept");
	}

	private static void write(Path file, long at, int bytes) throws IOException {
		try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
			open.seek(at);
			byte[] garbage = new byte[bytes];
			java.util.Arrays.fill(garbage, (byte) 0x5a);
			open.write(garbage);
		}
	}

	@Test
	void startsWithAllThatIsThereWhenNothingIsWrong() throws Exception {
		assertThat(count(MANY)).isEqualTo(MANY);
		assertThat(count(0)).isZero();
	}

	@Test
	void saysWhichFileHasBeenOverwritten() throws Exception {
		Path file = fileOf("journal");
		write(file, 20_000, 3000);
		fails(file);
		assertThat(count(1, "damaged-journal=accept")).isBetween(1, MANY - 1);
	}

	@Test
	void saysWhichFileHasBeenCutOff() throws Exception {
		for (int length : List.of(50_000, 5, 0)) {
			Path file = fileOf("journal");
			try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
				open.setLength(length);
			}
			fails(file);
		}
	}

	@Test
	void saysWhichFileDoesNotBeginAsItShould() throws Exception {
		Path file = fileOf("journal");
		write(file, 0, 16);
		fails(file);
	}

	@Test
	void saysThatTheListOfQueuesIsDamaged() throws Exception {
		Path file = fileOf("bindings");
		write(file, 60, 40);
		fails(file);
	}

	@Test
	void doesNotStartEmptyWhereOneHalfIsMissing() throws Exception {
		Path bindings = this.folder.resolve("broker/bindings");
		try (Stream<Path> files = Files.walk(bindings)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(file);
			}
		}
		fails(bindings);
	}

	@Test
	void aRecordThatWasTornAtTheEndIsNoDamage() throws Exception {
		Path file = fileOf("journal");
		byte[] bytes = Files.readAllBytes(file);
		int end = bytes.length - 1;
		while (bytes[end] == 0) {
			end--;
		}
		write(file, end + 1L, 100);
		assertThat(count(MANY)).isEqualTo(MANY);
	}

	@Test
	void saysThatTheFolderCanNotBeMadeOrWritten() throws Exception {
		Path file = Files.writeString(this.folder.resolve("file"), "x");
		assertThatThrownBy(() -> new Running(file).close()).hasStackTraceContaining("'" + file.resolve("broker") + "'")
			.hasStackTraceContaining("can't be written")
			.hasStackTraceContaining("meshbridge.data-dir");
	}

}
