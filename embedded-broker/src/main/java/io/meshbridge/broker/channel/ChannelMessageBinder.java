package io.meshbridge.broker.channel;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Executors;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.cloud.stream.binder.AbstractMessageChannelBinder;
import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.cloud.stream.provisioning.ConsumerDestination;
import org.springframework.cloud.stream.provisioning.ProducerDestination;
import org.springframework.cloud.stream.provisioning.ProvisioningProvider;
import org.springframework.integration.core.MessageProducer;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.util.Assert;

/**
 * Spring Cloud Stream binder for the durable channels of the embedded broker. A
 * destination is the name of a channel.
 */
final class ChannelMessageBinder
		extends AbstractMessageChannelBinder<ConsumerProperties, ProducerProperties, ChannelMessageBinder.Provisioner>
		implements DisposableBean {

	private final ScheduledExecutorService restarts = Executors
		.newSingleThreadScheduledExecutor((task) -> new Thread(task, "channel-restarts"));

	/** Set by the bridge before the first binding is made. */
	private volatile @Nullable EmbeddedJournal journal;

	ChannelMessageBinder() {
		super(null, new Provisioner());
	}

	void readAndWrite(EmbeddedJournal journal) {
		this.journal = journal;
	}

	private EmbeddedJournal journal() {
		EmbeddedJournal present = this.journal;
		Assert.state(present != null, "the embedded broker is off");
		return present;
	}

	@Override
	protected MessageProducer createConsumerEndpoint(ConsumerDestination destination, @Nullable String group,
			ConsumerProperties properties) {
		Assert.state(group != null, "a channel is read by a group");
		ChannelReader reader = new ChannelReader(journal(), destination.getName(),
				ChannelNames.queue(destination.getName(), group), this.restarts);
		reader.setBeanName(properties.getBindingName());
		reader.setComponentName(properties.getBindingName());
		reader.setBeanFactory(getApplicationContext().getBeanFactory());
		reader.setApplicationContext(getApplicationContext());
		return reader;
	}

	@Override
	protected MessageHandler createProducerMessageHandler(ProducerDestination destination,
			ProducerProperties properties, @Nullable MessageChannel errorChannel) {
		ChannelWriter writer = new ChannelWriter(journal(), ChannelNames.address(destination.getName()));
		writer.setBeanFactory(getApplicationContext().getBeanFactory());
		writer.setApplicationContext(getApplicationContext());
		return writer;
	}

	@Override
	public void destroy() {
		this.restarts.shutdown();
	}

	/**
	 * Channels are declared by the gateway before they are bound.
	 */
	static final class Provisioner implements ProvisioningProvider<ConsumerProperties, ProducerProperties> {

		@Override
		public ProducerDestination provisionProducerDestination(String name, ProducerProperties properties) {
			return new Channel(name);
		}

		@Override
		public ConsumerDestination provisionConsumerDestination(String name, @Nullable String group,
				ConsumerProperties properties) {
			return new Channel(name);
		}

	}

	private record Channel(String name) implements ProducerDestination, ConsumerDestination {

		@Override
		public String getName() {
			return this.name;
		}

		@Override
		public String getNameForPartition(int partition) {
			return this.name;
		}

	}

}
