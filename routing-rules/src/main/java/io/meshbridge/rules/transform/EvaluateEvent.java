package io.meshbridge.rules.transform;

import java.util.Map;

/**
 * Makes another event of the whole event, as JSON, with a JSONata expression.
 */
record EvaluateEvent(Expression expression) implements Step {

	@Override
	public void apply(Draft draft) throws TransformException {
		Object result = this.expression.evaluate(draft.envelope(), draft.budget());
		if (!(result instanceof Map<?, ?> envelope)) {
			throw new TransformException("the expression gives " + EvaluateData.kind(result)
					+ ", expected an event such as {\"id\": id, \"source\": source, \"type\": type, \"data\": data}");
		}
		draft.budget().weigh(envelope);
		draft.become(envelope);
	}

	@Override
	public boolean readsData() {
		return true;
	}

}
