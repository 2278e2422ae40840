package io.meshbridge.rules.transform;

import java.util.List;
import java.util.Map;

import com.dashjoin.jsonata.Jsonata;
import org.jspecify.annotations.Nullable;

/**
 * Makes other data of JSON data with a JSONata expression.
 */
record EvaluateData(Expression expression) implements Step {

	@Override
	public void apply(Draft draft) throws TransformException {
		Object result = this.expression.evaluate(draft.json(), draft.budget());
		if (result == null) {
			throw new TransformException("the expression gives nothing for this event, expected data");
		}
		draft.data(Json.write(result, draft.budget()),
				(draft.contentType() == null) ? "application/json" : draft.contentType());
	}

	@Override
	public boolean readsData() {
		return true;
	}

	static String kind(@Nullable Object value) {
		if (value == null) {
			return "nothing";
		}
		if (value == Jsonata.NULL_VALUE) {
			return "null";
		}
		return (value instanceof List<?>) ? "an array" : (value instanceof Map<?, ?>) ? "an object"
				: (value instanceof String) ? "a text" : (value instanceof Number) ? "a number" : "a value";
	}

}
