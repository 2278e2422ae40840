package io.meshbridge.rules.filter;

import java.net.URI;
import java.time.OffsetDateTime;
import java.util.Set;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import org.jspecify.annotations.Nullable;

/**
 * An event whose timestamps read as canonical text. The CloudEvents SQL engine takes
 * their {@code toString}, which leaves out seconds that are zero, so that
 * {@code time = '2018-04-05T17:31:00Z'} would never be true.
 */
record CanonicalView(CloudEvent event) implements CloudEvent {

	@Override
	public @Nullable Object getAttribute(String name) {
		return canonical(this.event.getAttribute(name));
	}

	@Override
	public @Nullable Object getExtension(String name) {
		return canonical(this.event.getExtension(name));
	}

	private static @Nullable Object canonical(@Nullable Object value) {
		return (value instanceof OffsetDateTime) ? Attribute.canonical(value) : value;
	}

	@Override
	public Set<String> getAttributeNames() {
		return this.event.getAttributeNames();
	}

	@Override
	public Set<String> getExtensionNames() {
		return this.event.getExtensionNames();
	}

	@Override
	public SpecVersion getSpecVersion() {
		return this.event.getSpecVersion();
	}

	@Override
	public String getId() {
		return this.event.getId();
	}

	@Override
	public String getType() {
		return this.event.getType();
	}

	@Override
	public URI getSource() {
		return this.event.getSource();
	}

	@Override
	public @Nullable String getDataContentType() {
		return this.event.getDataContentType();
	}

	@Override
	public @Nullable URI getDataSchema() {
		return this.event.getDataSchema();
	}

	@Override
	public @Nullable String getSubject() {
		return this.event.getSubject();
	}

	@Override
	public @Nullable OffsetDateTime getTime() {
		return this.event.getTime();
	}

	@Override
	public @Nullable CloudEventData getData() {
		return this.event.getData();
	}

}
