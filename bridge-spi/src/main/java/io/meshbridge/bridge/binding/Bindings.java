package io.meshbridge.bridge.binding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.channel.ChannelBroker;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.cloud.stream.binder.Binder;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binder.BinderTypeRegistry;
import org.springframework.cloud.stream.binder.Binding;
import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.ExtendedPropertiesBinder;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.cloud.stream.config.BinderProperties;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.messaging.MessageChannel;
import org.springframework.util.StringUtils;

/**
 * Makes bindings at run time. Binding talks to the broker and may take as long as its
 * client waits for one, so callers do it on a thread that may block. Thread-safe.
 */
public final class Bindings {

	private final BinderFactory binderFactory;

	private final BindingServiceProperties properties;

	private final BinderTypeRegistry binderTypes;

	private final BeanFactory beanFactory;

	private final Map<String, Bridge> bridges;

	private final Bridge channelBridge = new ChannelBridge();

	/** Names of the binders that were prepared; guarded by this. */
	private final Set<String> prepared = new HashSet<>();

	public Bindings(BinderFactory binderFactory, BindingServiceProperties properties, BinderTypeRegistry binderTypes,
			List<Bridge> bridges, BeanFactory beanFactory) {
		this.binderFactory = binderFactory;
		this.properties = properties;
		this.binderTypes = binderTypes;
		this.beanFactory = beanFactory;
		this.bridges = bridges.stream().collect(Collectors.toUnmodifiableMap(Bridge::binderType, Function.identity()));
	}

	/**
	 * Every name an endpoint may give before its colon: the binder types on the class
	 * path and the binders under {@code spring.cloud.stream.binders}.
	 */
	public Set<String> binderNames() {
		Set<String> names = new TreeSet<>(this.binderTypes.getAll().keySet());
		names.addAll(this.properties.getBinders().keySet());
		return names;
	}

	/**
	 * The type of a binder.
	 */
	public String binderType(String binderName) {
		BinderProperties configured = this.properties.getBinders().get(binderName);
		return (configured != null && StringUtils.hasText(configured.getType())) ? configured.getType() : binderName;
	}

	/**
	 * Starts to read from an endpoint.
	 * @param handler takes every message, with the source it came from, on the binder's
	 * thread
	 * @throws RuntimeException when the broker is not there or refuses; nothing is left
	 * bound
	 */
	public BoundSource bindSource(SourceSpec spec, BiConsumer<? super InboundMessage, Source> handler) {
		Binder<MessageChannel, ConsumerProperties, ?> binder = binder(spec.binderName());
		Source source = bridge(spec.binderName()).source(spec);
		ConsumerProperties consumer = consumerProperties(binder, spec.bindingName());
		source.configure(consumer);
		DirectChannel channel = channel(spec.bindingName());
		channel.subscribe((message) -> source.receive(message, (inbound) -> handler.accept(inbound, source)));
		List<Binding<MessageChannel>> bound = new ArrayList<>();
		try {
			for (String destination : consumer.isMultiplex() ? new String[] { spec.destination() }
					: StringUtils.commaDelimitedListToStringArray(spec.destination())) {
				bound.add(binder.bindConsumer(destination, spec.group(), channel, consumer));
			}
			source.bound();
			if (spec.channel() && !consumer.isAutoStartup()) {
				bound.forEach(Binding::start);
			}
		}
		catch (RuntimeException ex) {
			bound.forEach(Binding::unbind);
			source.close();
			throw ex;
		}
		return new BoundSource(source, bound);
	}

	/**
	 * Opens an endpoint for sending.
	 * @throws RuntimeException when the broker is not there or refuses; nothing is left
	 * bound
	 */
	public BoundTarget bindTarget(TargetSpec spec) {
		Binder<MessageChannel, ?, ProducerProperties> binder = binder(spec.binderName());
		DirectChannel channel = channel(spec.bindingName());
		Target target = bridge(spec.binderName()).target(spec, channel);
		ProducerProperties producer = producerProperties(binder, spec.bindingName());
		if (!spec.requiredGroups().isEmpty()) {
			producer.setRequiredGroups(spec.requiredGroups().toArray(String[]::new));
		}
		target.configure(producer);
		Binding<?> bound = null;
		try {
			bound = binder.bindProducer(spec.destination(), channel, producer);
			target.bound();
			return new BoundTarget(target, bound);
		}
		catch (RuntimeException ex) {
			if (bound != null) {
				bound.unbind();
			}
			target.close();
			throw ex;
		}
	}

	/**
	 * What can hold channels at the broker of a binder.
	 * @return {@code null} when brokers of its kind can't
	 */
	public @Nullable ChannelBroker channelBroker(String binderName) {
		return (bridge(binderName) instanceof ChannelBroker broker) ? broker : null;
	}

	/**
	 * Sets a binder up, if that has not happened yet.
	 */
	public void prepare(String binderName) {
		binder(binderName);
	}

	@SuppressWarnings("unchecked")
	private <C extends ConsumerProperties, P extends ProducerProperties> Binder<MessageChannel, C, P> binder(
			String name) {
		Binder<MessageChannel, ?, ?> binder = this.binderFactory.getBinder(name, MessageChannel.class);
		synchronized (this) {
			if (!this.prepared.contains(name)) {
				bridge(name).prepare(name, binder);
				this.prepared.add(name);
			}
		}
		return (Binder<MessageChannel, C, P>) binder;
	}

	private Bridge bridge(String binderName) {
		return this.bridges.getOrDefault(binderType(binderName), this.channelBridge);
	}

	private ConsumerProperties consumerProperties(Binder<?, ?, ?> binder, String bindingName) {
		// A copy: what a bridge sets must not show in the user's properties.
		ConsumerProperties configured = this.properties.getConsumerProperties(bindingName);
		ConsumerProperties copy = new ConsumerProperties();
		if (binder instanceof ExtendedPropertiesBinder<?, ?, ?> extended) {
			copy = new ExtendedConsumerProperties<>(extended.getExtendedConsumerProperties(bindingName));
		}
		BeanUtils.copyProperties(configured, copy);
		copy.populateBindingName(bindingName);
		return copy;
	}

	private ProducerProperties producerProperties(Binder<?, ?, ?> binder, String bindingName) {
		ProducerProperties configured = this.properties.getProducerProperties(bindingName);
		ProducerProperties copy = new ProducerProperties();
		if (binder instanceof ExtendedPropertiesBinder<?, ?, ?> extended) {
			copy = new ExtendedProducerProperties<>(extended.getExtendedProducerProperties(bindingName));
		}
		BeanUtils.copyProperties(configured, copy);
		copy.populateBindingName(bindingName);
		return copy;
	}

	private DirectChannel channel(String bindingName) {
		DirectChannel channel = new DirectChannel();
		channel.setBeanName(bindingName);
		channel.setComponentName(bindingName);
		channel.setBeanFactory(this.beanFactory);
		channel.afterPropertiesSet();
		return channel;
	}

}
