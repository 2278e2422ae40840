package io.meshbridge.bridge.test;

import io.cloudevents.CloudEvent;

/**
 * An event that is known to give trouble.
 *
 * @param name what is special about it
 * @param event the event
 */
public record SampleEvent(String name, CloudEvent event) {

	@Override
	public String toString() {
		return this.name;
	}

}
