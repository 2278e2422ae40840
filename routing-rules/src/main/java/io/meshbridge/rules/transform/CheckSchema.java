package io.meshbridge.rules.transform;

/**
 * Looks whether the data fits a schema, and changes nothing.
 */
record CheckSchema(DataFormat format) implements Step {

	@Override
	public void apply(Draft draft) throws TransformException {
		byte[] data = draft.data();
		if (data == null) {
			throw new TransformException("there is no data");
		}
		if (this.format instanceof JsonSchemaData && !Draft.isJson(draft.contentType())) {
			throw new TransformException("the data is no JSON but '" + draft.contentType() + "'");
		}
		this.format.read(data, draft.budget());
	}

	@Override
	public boolean readsData() {
		return true;
	}

	@Override
	public boolean changes() {
		return false;
	}

	@Override
	public boolean asksRegistry() {
		return this.format instanceof RegistryData;
	}

}
