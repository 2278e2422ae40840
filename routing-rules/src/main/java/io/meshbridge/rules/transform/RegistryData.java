package io.meshbridge.rules.transform;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * Data that begins with a zero and the number of its registered schema (<a href=
 * "https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">
 * wire format</a>).
 *
 * @param subject whose newest schema is written by; {@code null} where data is read only
 */
record RegistryData(@Nullable String subject) implements DataFormat {

	private static final int HEADER_BYTES = 5;

	@Override
	public @Nullable Object read(byte[] data, Budget budget) throws TransformException {
		if (data.length < HEADER_BYTES || data[0] != 0) {
			throw new TransformException("the data does not begin with a zero and the number of a registered schema");
		}
		int id = ByteBuffer.wrap(data, 1, 4).getInt();
		return budget.schema((schemas) -> schemas.byId(id)).format().read(data, HEADER_BYTES, budget);
	}

	@Override
	public byte[] write(@Nullable Object tree, Budget budget) throws TransformException {
		String name = this.subject;
		if (name == null) {
			throw new TransformException("names no subject whose schema it is written by");
		}
		SchemaSource.Registered latest = budget.schema((schemas) -> schemas.latest(name));
		return latest.format().write(latest.id(), tree, budget);
	}

}
