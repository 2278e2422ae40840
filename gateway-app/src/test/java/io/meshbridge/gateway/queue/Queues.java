package io.meshbridge.gateway.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;

/**
 * The queues behind the queue binder: a message stays until its consumer returns.
 */
public class Queues {

	private final Map<String, LinkedBlockingDeque<Message<?>>> queues = new ConcurrentHashMap<>();

	/**
	 * Queues that get a copy each of what is sent to a name, by the name of the reader.
	 */
	private final Map<String, Map<String, LinkedBlockingDeque<Message<?>>>> copies = new ConcurrentHashMap<>();

	private final AtomicInteger unsettledCopies = new AtomicInteger();

	private volatile BiPredicate<String, Message<?>> refused = (name, message) -> false;

	private volatile Set<String> refusing = Set.of();

	/**
	 * The queue of this name, made on first use.
	 */
	public LinkedBlockingDeque<Message<?>> queue(String name) {
		return this.queues.computeIfAbsent(name, (unused) -> new LinkedBlockingDeque<>());
	}

	/**
	 * The next message, waited for.
	 */
	public @Nullable Message<?> take(String name, Duration wait) throws InterruptedException {
		return queue(name).poll(wait.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * Takes all that is in the queues, by the name of the queue.
	 */
	public Map<String, List<Message<?>>> drain() {
		Map<String, List<Message<?>>> drained = new TreeMap<>();
		this.queues.forEach((name, queue) -> {
			List<Message<?>> messages = new ArrayList<>();
			queue.drainTo(messages);
			drained.put(name, messages);
		});
		return drained;
	}

	/**
	 * Lets sends of these messages fail.
	 */
	public void refuse(Predicate<Message<?>> messages) {
		refuse((name, message) -> messages.test(message));
	}

	/**
	 * Lets sends of these messages to these queues fail.
	 */
	public void refuse(BiPredicate<String, Message<?>> sends) {
		this.refused = sends;
		this.refusing = Set.of();
	}

	/**
	 * Lets all sends to these queues fail, and no other.
	 */
	public void refuse(Collection<String> names) {
		this.refusing = Set.copyOf(names);
	}

	/**
	 * From now on this reader gets a copy of all that is sent to a name.
	 */
	void copy(String name, String reader) {
		this.copies.computeIfAbsent(name, (unused) -> new ConcurrentHashMap<>())
			.computeIfAbsent(reader, (unused) -> new LinkedBlockingDeque<>());
	}

	/**
	 * Number of copies whose readers have not returned.
	 */
	public int unsettledCopies() {
		return this.unsettledCopies.get();
	}

	LinkedBlockingDeque<Message<?>> queue(String name, String reader) {
		LinkedBlockingDeque<Message<?>> own = this.copies.getOrDefault(name, Map.of()).get(reader);
		return (own == null) ? queue(name) : own;
	}

	void settled(String name) {
		if (this.copies.containsKey(name)) {
			this.unsettledCopies.decrementAndGet();
		}
	}

	void send(String name, Message<?> message) {
		if (this.refused.test(name, message) || this.refusing.contains(name)) {
			throw new IllegalStateException("queue " + name + " refuses the message");
		}
		Map<String, LinkedBlockingDeque<Message<?>>> readers = this.copies.get(name);
		if (readers == null) {
			queue(name).add(message);
			return;
		}
		this.unsettledCopies.addAndGet(readers.size());
		readers.values().forEach((reader) -> reader.add(message));
	}

}
