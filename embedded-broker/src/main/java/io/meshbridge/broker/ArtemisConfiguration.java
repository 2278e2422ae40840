package io.meshbridge.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * What Artemis is told.
 */
final class ArtemisConfiguration {

	/** Endings of the files of its two journals, and the sizes they have. */
	static final String JOURNAL = "amq";

	static final String BINDINGS = "bindings";

	static final int BINDINGS_FILE_BYTES = 1024 * 1024;

	/** Beneath the folder of the broker. */
	static final String JOURNAL_FOLDER = "journal";

	static final String BINDINGS_FOLDER = "bindings";

	/** AMQP 1.0 frames, as it tells its clients. */
	private static final int MAX_FRAME_BYTES = 128 * 1024;

	/**
	 * How long a record waits for others to share its fsync. The 3.3 ms that Artemis
	 * gives are for disks that turn: a sender that waits for each answer would get 240 of
	 * them a second. What comes in during an fsync shares the next one anyway.
	 */
	private static final int FLUSH_NANOS = 300_000;

	private final EmbeddedBrokerProperties properties;

	private final ConfigurationImpl configuration = new ConfigurationImpl();

	ArtemisConfiguration(EmbeddedBrokerProperties properties) {
		this.properties = properties;
	}

	/**
	 * @param type asynchronous or not
	 */
	ArtemisConfiguration journal(Path folder, JournalType type, long lockMillis) {
		this.configuration.setName("meshbridge");
		this.configuration.setPersistenceEnabled(true);
		this.configuration.setJournalType(type);
		this.configuration.setJournalMaxIO_AIO(AsyncJournal.MAX_IO);
		this.configuration.setJournalDatasync(true);
		this.configuration.setJournalBufferTimeout_NIO(FLUSH_NANOS);
		this.configuration.setJournalBufferTimeout_AIO(FLUSH_NANOS);
		this.configuration.setPageSyncTimeout(FLUSH_NANOS);
		this.configuration.setJournalLockAcquisitionTimeout(lockMillis);
		this.configuration.setJournalDirectory(folder.resolve(JOURNAL_FOLDER).toString());
		this.configuration.setBindingsDirectory(folder.resolve(BINDINGS_FOLDER).toString());
		this.configuration.setPagingDirectory(folder.resolve("paging").toString());
		this.configuration.setLargeMessagesDirectory(folder.resolve("large").toString());
		this.configuration.setJournalFileSize(JournalDisk.FILE_BYTES);
		this.configuration.setJournalMinFiles(2);
		// Else it would never give back what it has had.
		this.configuration.setJournalPoolFiles(10);
		this.configuration.setJournalCompactMinFiles(JournalDisk.COMPACT_MIN_FILES);
		this.configuration.setJournalCompactPercentage(JournalDisk.COMPACT_PERCENT);
		this.configuration.setGlobalMaxSize(this.properties.maxMemory().toBytes());
		// Artemis would have senders wait without an answer: see Admission.
		this.configuration.setMaxDiskUsage(-1);
		this.configuration.setMinDiskFree(-1);
		this.configuration.setJMXManagementEnabled(false);
		this.configuration.setGracefulShutdownEnabled(false);
		return this;
	}

	/**
	 * Artemis has a user of its own that may do everything, with a password that
	 * everybody knows.
	 */
	ArtemisConfiguration security() {
		this.configuration.setSecurityEnabled(true);
		this.configuration.setClusterUser(UUID.randomUUID().toString());
		this.configuration.setClusterPassword(UUID.randomUUID().toString());
		return this;
	}

	ArtemisConfiguration addresses() {
		AddressSettings everything = new AddressSettings();
		everything.setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE);
		everything.setPageSizeBytes((int) Math.min(10_485_760, this.properties.maxMemory().toBytes() / 4));
		// Else a message that was delivered ten times without an answer would be dropped.
		everything.setMaxDeliveryAttempts(-1);
		// Both exist in name only, so that Artemis does not warn about each queue that it
		// lacks them; a message that expires is gone, as its publisher wanted.
		everything.setDeadLetterAddress(SimpleString.of("meshbridge.undeliverable"));
		everything.setExpiryAddress(SimpleString.of("meshbridge.expired"));
		// What an AMQP client sends to an address that nobody has asked for yet waits
		// there in a queue. The broker's own default is a topic, where it would be gone.
		// MQTT says for itself that its addresses are topics.
		everything.setDefaultAddressRoutingType(RoutingType.ANYCAST);
		everything.setDefaultQueueRoutingType(RoutingType.ANYCAST);
		// A queue that is empty and without a receiver would go, and what a sender that
		// is still attached sends then, with it.
		everything.setAutoDeleteQueues(false);
		this.configuration.addAddressSetting("#", everything);
		return this;
	}

	/**
	 * @param tls the listener's key, or {@code null} for one that is not encrypted
	 */
	ArtemisConfiguration listener(String name, String address, int port, String protocol, boolean users,
			@Nullable SslBundle tls) {
		Map<String, Object> transport = new HashMap<>();
		transport.put(TransportConstants.HOST_PROP_NAME, address);
		transport.put(TransportConstants.PORT_PROP_NAME, port);
		transport.put(TransportConstants.PROTOCOLS_PROP_NAME, protocol);
		// Else Artemis itself starts it, and says in its own words that the port is
		// taken.
		transport.put(TransportConstants.AUTO_START, false);
		transport.put(TransportConstants.USE_EPOLL_PROP_NAME, false);
		transport.put(TransportConstants.USE_KQUEUE_PROP_NAME, false);
		if (tls != null) {
			encrypt(transport, tls);
		}
		Map<String, Object> details = new HashMap<>();
		if (protocol.equals("MQTT")) {
			details.put("maximumPacketSize", (int) this.properties.maxMessageSize().toBytes());
		}
		else {
			details.put("maxFrameSize", MAX_FRAME_BYTES);
			details.put("saslMechanisms", users ? "PLAIN" : "PLAIN,ANONYMOUS");
		}
		this.configuration.addAcceptorConfiguration(
				new TransportConfiguration(NettyAcceptorFactory.class.getName(), transport, name, details));
		return this;
	}

	private void encrypt(Map<String, Object> transport, SslBundle bundle) {
		transport.put(TransportConstants.SSL_ENABLED_PROP_NAME, true);
		// For the factory below; the name has no meaning for the one of Artemis.
		transport.put(TransportConstants.SSL_CONTEXT_PROP_NAME, BundleContextFactory.PREFIX + UUID.randomUUID());
		transport.put(BundleContextFactory.BUNDLE, bundle);
		switch (this.properties.clientAuth()) {
			case NEED -> transport.put(TransportConstants.NEED_CLIENT_AUTH_PROP_NAME, true);
			case WANT -> transport.put(TransportConstants.WANT_CLIENT_AUTH_PROP_NAME, true);
			default -> {
			}
		}
		String[] ciphers = bundle.getOptions().getCiphers();
		if (ciphers != null) {
			transport.put(TransportConstants.ENABLED_CIPHER_SUITES_PROP_NAME, String.join(",", ciphers));
		}
		String[] protocols = bundle.getOptions().getEnabledProtocols();
		transport.put(TransportConstants.ENABLED_PROTOCOLS_PROP_NAME,
				(protocols != null) ? String.join(",", protocols) : "TLSv1.3,TLSv1.2");
	}

	Configuration made() {
		return this.configuration;
	}

}
