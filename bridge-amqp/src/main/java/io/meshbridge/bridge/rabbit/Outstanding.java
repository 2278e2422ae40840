package io.meshbridge.bridge.rabbit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The publications of one channel that the broker has not confirmed, by their sequence
 * numbers, which count up from 1. Thread-safe.
 */
final class Outstanding {

	/** By sequence number, modulo the length, which is a power of two. */
	private @Nullable Publication[] ring = new @Nullable Publication[256];

	/** No publication below it is there. */
	private long lowest = 1;

	/** Sequence number of the next one. */
	private long next = 1;

	private boolean closed;

	/**
	 * Adds the next one.
	 * @return {@code false} when the channel is gone
	 */
	synchronized boolean add(Publication publication) {
		if (this.closed) {
			return false;
		}
		if (this.next - this.lowest == this.ring.length) {
			grow();
		}
		this.ring[index(this.next)] = publication;
		this.next++;
		return true;
	}

	private void grow() {
		@Nullable Publication[] larger = new @Nullable Publication[2 * this.ring.length];
		for (long tag = this.lowest; tag < this.next; tag++) {
			larger[(int) (tag & (larger.length - 1))] = this.ring[index(tag)];
		}
		this.ring = larger;
	}

	/**
	 * Takes back the one that was added last: it was not sent and has no number.
	 */
	synchronized void removeLast() {
		if (!this.closed) {
			this.next--;
			this.ring[index(this.next)] = null;
		}
	}

	/**
	 * Takes out those that the broker's answer is about, in order.
	 * @param multiple whether it is about all up to the tag
	 */
	synchronized List<Publication> take(long tag, boolean multiple) {
		if (tag >= this.next) {
			return List.of();
		}
		List<Publication> taken = new ArrayList<>(multiple ? (int) Math.max(0, tag - this.lowest + 1) : 1);
		for (long number = multiple ? this.lowest : Math.max(tag, this.lowest); number <= tag; number++) {
			Publication publication = this.ring[index(number)];
			if (publication != null) {
				taken.add(publication);
				this.ring[index(number)] = null;
			}
		}
		while (this.lowest < this.next && this.ring[index(this.lowest)] == null) {
			this.lowest++;
		}
		return taken;
	}

	/**
	 * All that are there, in order.
	 */
	synchronized List<Publication> list() {
		List<Publication> all = new ArrayList<>();
		for (long number = this.lowest; number < this.next; number++) {
			Publication publication = this.ring[index(number)];
			if (publication != null) {
				all.add(publication);
			}
		}
		return all;
	}

	/**
	 * The first that matches.
	 */
	synchronized @Nullable Publication find(Predicate<Publication> predicate) {
		for (long number = this.lowest; number < this.next; number++) {
			Publication publication = this.ring[index(number)];
			if (publication != null && predicate.test(publication)) {
				return publication;
			}
		}
		return null;
	}

	/**
	 * Takes out all, in order, and takes no more.
	 */
	synchronized List<Publication> close() {
		List<Publication> all = list();
		this.closed = true;
		Arrays.fill(this.ring, null);
		this.lowest = this.next;
		return all;
	}

	private int index(long number) {
		return (int) (number & (this.ring.length - 1));
	}

}
