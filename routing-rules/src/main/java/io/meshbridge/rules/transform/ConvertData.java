package io.meshbridge.rules.transform;

import org.jspecify.annotations.Nullable;

/**
 * Makes the data of another content type.
 *
 * @param from formats that data may be in; {@code null} where it is in one only
 * @param only this one
 * @param fromType content type of the data, where it does not say so itself
 * @param to the format
 * @param toType its content type
 */
record ConvertData(@Nullable Formats from, @Nullable DataFormat only, @Nullable String fromType, DataFormat to,
		String toType) implements Step {

	@Override
	public void apply(Draft draft) throws TransformException {
		byte[] data = draft.data();
		if (data == null) {
			return;
		}
		String type = (this.fromType != null) ? this.fromType : draft.contentType();
		DataFormat format = (this.from == null) ? this.only : this.from.of((type == null) ? "application/json" : type);
		if (format == null) {
			throw new TransformException("the data is '" + type + "', which it can't be made of");
		}
		Object tree = format.read(data, draft.budget());
		draft.data(this.to.write(tree, draft.budget()), this.toType);
	}

	@Override
	public boolean readsData() {
		return true;
	}

	@Override
	public boolean asksRegistry() {
		return this.only instanceof RegistryData || this.to instanceof RegistryData;
	}

}
