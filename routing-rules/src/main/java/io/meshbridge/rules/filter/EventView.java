package io.meshbridge.rules.filter;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * One event as filters see it: what costs something to make is made when the first one
 * asks, and once. For one thread.
 */
final class EventView {

	private final CloudEvent event;

	private final DataPaths wanted;

	private @Nullable EventData data;

	private @Nullable CloudEvent canonical;

	/**
	 * Makes a view.
	 * @param wanted what any of the filters reads of the data
	 */
	EventView(CloudEvent event, DataPaths wanted) {
		this.event = event;
		this.wanted = wanted;
	}

	CloudEvent event() {
		return this.event;
	}

	EventData data() {
		EventData read = this.data;
		if (read == null) {
			read = this.wanted.read(this.event);
			this.data = read;
		}
		return read;
	}

	CloudEvent canonical() {
		CloudEvent view = this.canonical;
		if (view == null) {
			view = new CanonicalView(this.event);
			this.canonical = view;
		}
		return view;
	}

}
