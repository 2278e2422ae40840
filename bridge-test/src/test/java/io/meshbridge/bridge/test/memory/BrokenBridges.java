package io.meshbridge.bridge.test.memory;

import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.test.Rule;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.MessageChannel;

/**
 * For each rule a bridge that breaks it and keeps the others as far as it can.
 */
final class BrokenBridges {

	static final Map<Rule, MemoryBridge> ALL = new TreeMap<>(Map.ofEntries(Map.entry(Rule.R01, new TrimsValues()),
			Map.entry(Rule.R02, new DropsTimeInDocuments()), Map.entry(Rule.R03, new CutsLongNames()),
			Map.entry(Rule.R04, new MakesNullEmpty()), Map.entry(Rule.R05, new NewIdAtEachDelivery()),
			Map.entry(Rule.R06, new TakesUnreadableForPlain()), Map.entry(Rule.R07, new ConfirmsAtOnce()),
			Map.entry(Rule.R08, new AcceptsWhatIsRefused()), Map.entry(Rule.R09, new AcceptsOnArrival()),
			Map.entry(Rule.R10, new TakesDeniedForTransient()), Map.entry(Rule.R11, new GivesUpWithoutBroker()),
			Map.entry(Rule.R12, new ForgetsWhatFailsWhileDown()), Map.entry(Rule.R13, new Overtakes()),
			Map.entry(Rule.R14, new IgnoresGroups()), Map.entry(Rule.R15, new IgnoresPause()),
			Map.entry(Rule.R16, new AcceptsLate()), Map.entry(Rule.R17, new HidesTheLimit()),
			Map.entry(Rule.R18, new TakesInterruptForSuccess())));

	private BrokenBridges() {
	}

	private static final class TrimsValues extends MemoryBridge {

		@Override
		protected MemoryMessage write(CloudEvent event, @Nullable String key, ContentMode mode) {
			MemoryMessage message = super.write(event, key, mode);
			message.headers().computeIfPresent(PREFIX + "subject", (name, value) -> value.toString().replace(" ", ""));
			return message;
		}

	}

	private static final class DropsTimeInDocuments extends MemoryBridge {

		@Override
		protected MemoryMessage write(CloudEvent event, @Nullable String key, ContentMode mode) {
			boolean document = mode == ContentMode.STRUCTURED && event.getTime() != null;
			return super.write(document ? CloudEventBuilder.from(event).withTime(null).build() : event, key, mode);
		}

	}

	private static final class CutsLongNames extends MemoryBridge {

		@Override
		protected MemoryMessage write(CloudEvent event, @Nullable String key, ContentMode mode) {
			MemoryMessage message = super.write(event, key, mode);
			message.headers().keySet().removeIf((name) -> name.length() > PREFIX.length() + 20);
			return message;
		}

	}

	private static final class MakesNullEmpty extends MemoryBridge {

		@Override
		protected Content read(SourceSpec spec, MemoryMessage message) {
			Content content = super.read(spec, message);
			if (content instanceof Content.Event found && found.event().getData() == null) {
				return new Content.Event(
						CloudEventBuilder.from(found.event()).withData(BytesCloudEventData.wrap(new byte[0])).build());
			}
			return content;
		}

	}

	private static final class NewIdAtEachDelivery extends MemoryBridge {

		@Override
		protected String plainId(MemoryMessage message) {
			return UUID.randomUUID().toString();
		}

	}

	private static final class TakesUnreadableForPlain extends MemoryBridge {

		@Override
		protected Content unreadable(MemoryPlain plain, UnreadableMessageException reason) {
			return new Content.Plain(plain);
		}

	}

	private static final class ConfirmsAtOnce extends MemoryBridge {

		@Override
		protected void publish(MessageChannel channel, MemoryMessage message, CompletableFuture<Void> confirmation) {
			super.publish(channel, message, new CompletableFuture<>());
			confirmation.complete(null);
		}

	}

	private static final class AcceptsWhatIsRefused extends MemoryBridge {

		@Override
		protected void refuse(MemoryBroker.Delivery delivery) {
			accept(delivery);
		}

	}

	private static final class AcceptsOnArrival extends MemoryBridge {

		@Override
		protected void receive(Content content, MemoryBroker.Delivery delivery,
				Consumer<? super InboundMessage> handler) {
			accept(delivery);
			super.receive(content, delivery, handler);
		}

	}

	private static final class TakesDeniedForTransient extends MemoryBridge {

		@Override
		protected SendException failure(SendException failure) {
			return failure.code().equals("DENIED")
					? SendException.transientFailure("DENIED", String.valueOf(failure.getMessage()), failure) : failure;
		}

	}

	private static final class GivesUpWithoutBroker extends MemoryBridge {

		private boolean gaveUp;

		@Override
		protected void prepare(MemoryBinder binder) {
			this.gaveUp = !binder.broker().up();
		}

		@Override
		protected void receive(Content content, MemoryBroker.Delivery delivery,
				Consumer<? super InboundMessage> handler) {
			if (!this.gaveUp) {
				super.receive(content, delivery, handler);
			}
		}

	}

	private static final class ForgetsWhatFailsWhileDown extends MemoryBridge {

		@Override
		protected void failed(CompletableFuture<Void> send, SendException failure) {
			if (failure.code().equals("DOWN")) {
				send.complete(null);
			}
			super.failed(send, failure);
		}

	}

	private static final class Overtakes extends MemoryBridge {

		private final AtomicInteger count = new AtomicInteger();

		@Override
		protected void publish(MessageChannel channel, MemoryMessage message, CompletableFuture<Void> confirmation) {
			if (this.count.incrementAndGet() % 7 == 0) {
				CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS)
					.execute(() -> super.publish(channel, message, confirmation));
			}
			else {
				super.publish(channel, message, confirmation);
			}
		}

	}

	static final class OvertakesOnTheWayIn extends MemoryBridge {

		private final AtomicInteger count = new AtomicInteger();

		@Override
		protected void receive(Content content, MemoryBroker.Delivery delivery,
				Consumer<? super InboundMessage> handler) {
			if (this.count.incrementAndGet() % 7 == 0) {
				CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS)
					.execute(() -> super.receive(content, delivery, handler));
			}
			else {
				super.receive(content, delivery, handler);
			}
		}

	}

	/**
	 * Each second message waits until the one behind it has gone first; the contract's
	 * neighbours have different keys.
	 */
	static final class SwapsKeysOnTheWayIn extends MemoryBridge {

		private @Nullable Runnable behind;

		@Override
		protected void receive(Content content, MemoryBroker.Delivery delivery,
				Consumer<? super InboundMessage> handler) {
			Runnable first = this.behind;
			if (first == null) {
				this.behind = () -> super.receive(content, delivery, handler);
			}
			else {
				super.receive(content, delivery, handler);
				first.run();
				this.behind = null;
			}
		}

	}

	static final class NamesNoKey extends MemoryBridge {

		@Override
		protected @Nullable Object orderKey(MemoryBroker.Delivery delivery) {
			return null;
		}

	}

	private static final class IgnoresGroups extends MemoryBridge {

		@Override
		protected void prepare(MemoryBinder binder) {
			binder.doNotShareGroups();
		}

	}

	private static final class IgnoresPause extends MemoryBridge {

		@Override
		protected void prepare(MemoryBinder binder) {
			binder.doNotPause();
		}

	}

	private static final class AcceptsLate extends MemoryBridge {

		private final AtomicReference<MemoryBroker.@Nullable Delivery> last = new AtomicReference<>();

		@Override
		protected void accept(MemoryBroker.Delivery delivery) {
			MemoryBroker.Delivery before = this.last.getAndSet(delivery);
			if (before != null) {
				super.accept(before);
			}
		}

	}

	private static final class HidesTheLimit extends MemoryBridge {

		@Override
		protected SendException failure(SendException failure) {
			return failure.code().equals("TOO_LARGE") ? SendException.permanent("TOO_LARGE", "too large", failure)
					: failure;
		}

	}

	private static final class TakesInterruptForSuccess extends MemoryBridge {

		@Override
		protected void interrupted(CompletableFuture<Void> send, String destination) {
			send.complete(null);
		}

	}

}
