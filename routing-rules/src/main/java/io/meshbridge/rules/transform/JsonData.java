package io.meshbridge.rules.transform;

import org.jspecify.annotations.Nullable;

/**
 * Data that is JSON.
 */
final class JsonData implements DataFormat {

	@Override
	public @Nullable Object read(byte[] data, Budget budget) throws TransformException {
		return Json.read(data, budget);
	}

	@Override
	public byte[] write(@Nullable Object tree, Budget budget) throws TransformException {
		return Json.write(tree, budget);
	}

}
