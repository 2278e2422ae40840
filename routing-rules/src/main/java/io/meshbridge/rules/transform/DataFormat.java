package io.meshbridge.rules.transform;

import org.jspecify.annotations.Nullable;

/**
 * A format of data that JSON can be made of, and the other way round. May be used by any
 * number of threads.
 */
interface DataFormat {

	/**
	 * The data as maps, lists and values.
	 * @throws TransformException when it is not in this format
	 */
	@Nullable Object read(byte[] data, Budget budget) throws TransformException;

	/**
	 * Data in this format.
	 * @throws TransformException when it can't be
	 */
	byte[] write(@Nullable Object tree, Budget budget) throws TransformException;

}
