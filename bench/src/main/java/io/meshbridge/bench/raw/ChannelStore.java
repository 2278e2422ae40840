package io.meshbridge.bench.raw;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import com.sun.management.OperatingSystemMXBean;
import io.meshbridge.bench.load.AllocatedBytes;
import io.meshbridge.bench.load.Arrivals;
import io.meshbridge.bench.load.EventSeries;
import io.meshbridge.bench.load.Pace;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stores events in an Artemis of its own, inside this JVM, with as many under way as
 * there are connections elsewhere. Each is done when its fsync is. The journal has the
 * settings of the gateway's.
 */
final class ChannelStore {

	private static final String QUEUE = "bench";

	private static final int UNDER_WAY = 32;

	private ChannelStore() {
	}

	/**
	 * Stores them all and prints {@code RESULT} with what was found as JSON.
	 */
	static void run(Path folder, EventSeries series, long warmUp, long measured) throws Exception {
		OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		try (AllocatedBytes allocated = AllocatedBytes.here()) {
			store(folder, series, warmUp + measured,
					new Arrivals(series, warmUp, measured, system::getProcessCpuTime, allocated), null);
		}
	}

	/**
	 * Stores them at a pace, after those for the warm-up, and prints the same with
	 * latencies.
	 */
	static void run(Path folder, EventSeries series, Pace pace) throws Exception {
		store(folder, series, pace.end(), new Arrivals(series, pace), pace);
	}

	private static void store(Path folder, EventSeries series, long count, Arrivals stored, @Nullable Pace pace)
			throws Exception {
		EmbeddedActiveMQ broker = broker(folder);
		broker.start();
		broker.getActiveMQServer()
			.createQueue(QueueConfiguration.of(QUEUE).setRoutingType(RoutingType.MULTICAST).setDurable(true));
		System.out.println("READY");
		try (ServerLocator locator = ActiveMQClient.createServerLocator("vm://0")
			.setBlockOnDurableSend(false)
			.setProducerWindowSize(-1)
			.setConfirmationWindowSize(1024 * 1024);
				ClientSession session = locator.createSessionFactory().createSession()) {
			ClientProducer producer = session.createProducer(QUEUE);
			Semaphore free = new Semaphore(UNDER_WAY);
			for (long number = 0; number < count; number++) {
				if (pace != null && number == pace.first()) {
					pace.begin();
				}
				if (pace != null && number >= pace.first()) {
					pace.await(number);
				}
				byte[] body = series.data(number);
				ClientMessage message = session.createMessage(Message.BYTES_TYPE, true);
				series.attributes(number, (name, value) -> message.putStringProperty("cloudEvents_" + name, value));
				message.getBodyBuffer().writeBytes(body);
				free.acquire();
				producer.send(message, (sent) -> {
					stored.arrived(body);
					free.release();
				});
			}
			free.tryAcquire(UNDER_WAY, 20, TimeUnit.SECONDS);
			System.out.println("RESULT " + JsonMapper.builder().build().writeValueAsString(stored.result()));
		}
		broker.stop();
	}

	private static EmbeddedActiveMQ broker(Path folder) throws Exception {
		ConfigurationImpl configuration = new ConfigurationImpl();
		configuration.setJournalType(JournalType.NIO)
			.setJournalDatasync(true)
			.setJournalBufferTimeout_NIO(300_000)
			.setJournalFileSize(10 * 1024 * 1024)
			.setJournalMinFiles(2)
			.setJournalPoolFiles(10)
			.setJournalDirectory(folder.resolve("journal").toString())
			.setBindingsDirectory(folder.resolve("bindings").toString())
			.setPagingDirectory(folder.resolve("paging").toString())
			.setLargeMessagesDirectory(folder.resolve("large").toString())
			.setGlobalMaxSize(-1)
			.setSecurityEnabled(false)
			.setJMXManagementEnabled(false);
		configuration.addAcceptorConfiguration("inside", "vm://0");
		EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
		broker.setConfiguration(configuration);
		return broker;
	}

}
