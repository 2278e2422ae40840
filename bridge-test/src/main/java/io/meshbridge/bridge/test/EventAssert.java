package io.meshbridge.bridge.test;

import java.util.Map;
import java.util.TreeMap;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.format.Attributes;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/**
 * Compares events by what they mean: attributes by canonical text, data by its bytes.
 */
public final class EventAssert extends AbstractAssert<EventAssert, CloudEvent> {

	private boolean nullIsEmpty;

	private EventAssert(@Nullable CloudEvent actual) {
		super(actual, EventAssert.class);
	}

	/**
	 * Starts an assertion.
	 */
	public static EventAssert assertThatEvent(@Nullable CloudEvent actual) {
		return new EventAssert(actual);
	}

	/**
	 * Takes no data and empty data for the same, for protocols that can't tell them
	 * apart.
	 */
	public EventAssert whereNoDataIsEmptyData() {
		this.nullIsEmpty = true;
		return this;
	}

	/**
	 * Same spec version, attributes, extensions and data bytes.
	 */
	public EventAssert isSameEventAs(CloudEvent expected) {
		isNotNull();
		hasSameAttributesAs(expected);
		return hasSameDataAs(expected);
	}

	/**
	 * Same spec version, attributes and extensions.
	 */
	public EventAssert hasSameAttributesAs(CloudEvent expected) {
		isNotNull();
		Assertions.assertThat(attributes(this.actual))
			.as("attributes of event %s", expected.getId())
			.isEqualTo(attributes(expected));
		return this;
	}

	/**
	 * Same data bytes, and none where there was none.
	 */
	public EventAssert hasSameDataAs(CloudEvent expected) {
		isNotNull();
		Assertions.assertThat(data(this.actual)).as("data of event %s", expected.getId()).isEqualTo(data(expected));
		return this;
	}

	private byte @Nullable [] data(CloudEvent event) {
		byte[] data = (event.getData() == null) ? null : event.getData().toBytes();
		return (this.nullIsEmpty && data == null) ? new byte[0] : data;
	}

	private static Map<String, String> attributes(CloudEvent event) {
		Map<String, String> attributes = new TreeMap<>();
		Attributes.forEach(event, (name, value) -> attributes.put(name, Attributes.canonical(value)));
		if (event.getDataContentType() != null) {
			attributes.put(Attributes.DATA_CONTENT_TYPE, event.getDataContentType());
		}
		return attributes;
	}

}
