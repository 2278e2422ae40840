package io.meshbridge.rules.transform;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Gives attributes new values, all made of the event as it was before.
 */
record SetAttributes(Map<String, Template> values) implements Step {

	@Override
	public void apply(Draft draft) throws TransformException {
		Map<String, @Nullable String> texts = new LinkedHashMap<>();
		for (Map.Entry<String, Template> value : this.values.entrySet()) {
			texts.put(value.getKey(), fill(value.getValue(), draft));
		}
		for (Map.Entry<String, @Nullable String> text : texts.entrySet()) {
			draft.set(text.getKey(), text.getValue());
		}
	}

	static @Nullable String fill(Template template, Draft draft) throws TransformException {
		TransformException[] failure = new TransformException[1];
		String text = template.fill((name) -> {
			try {
				return draft.text(name);
			}
			catch (TransformException ex) {
				failure[0] = ex;
				return null;
			}
		});
		if (failure[0] != null) {
			throw failure[0];
		}
		return text;
	}

	@Override
	public boolean readsData() {
		return this.values.values().stream().anyMatch(Template::readsData);
	}

}
