package io.meshbridge.rules.transform;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * Makes another event of an event, in steps. Two are equal when they are written alike.
 * Immutable; may be used by any number of threads.
 */
public final class Transform {

	private final String written;

	private final List<Named> steps;

	private final AttributeCheck check;

	private final boolean changes;

	/**
	 * A step and how it is written, {@code transform[0].set}.
	 */
	private record Named(String name, Step step) {
	}

	private Transform(String written, List<Named> steps, AttributeCheck check) {
		this.written = written;
		this.steps = List.copyOf(steps);
		this.check = check;
		this.changes = steps.stream().anyMatch((named) -> named.step().changes());
	}

	/**
	 * The transform of an event.
	 * @param event stays as it is
	 * @throws TransformException when a step fails, or uses more than it may
	 */
	public CloudEvent apply(CloudEvent event, TransformLimits limits) throws TransformException {
		Budget budget = new Budget(limits);
		Draft draft = new Draft(event, this.check, budget);
		for (Named named : this.steps) {
			try {
				named.step().apply(draft);
				budget.check();
				checkSize(draft, limits);
			}
			catch (TransformException ex) {
				throw ex.of(named.name(), !named.step().changes());
			}
			catch (OverLimitException ex) {
				throw new TransformException(named.name() + ": " + ex.getMessage(), ex);
			}
			catch (StackOverflowError ex) {
				throw new TransformException(named.name() + ": the data is nested too deeply", ex);
			}
			catch (RuntimeException ex) {
				throw new TransformException(named.name() + ": " + ex, ex);
			}
		}
		return this.changes ? draft.event() : event;
	}

	private static void checkSize(Draft draft, TransformLimits limits) throws TransformException {
		byte[] data = draft.data();
		if (data != null && data.length > limits.resultBytes()) {
			throw new TransformException("makes data of " + data.length + " bytes, expected at most "
					+ limits.resultBytes() + " (meshbridge.max-event-size)");
		}
	}

	/**
	 * Whether it looks at the data of events, which takes time; else it is done at once.
	 */
	public boolean readsData() {
		return this.steps.stream().anyMatch((named) -> named.step().readsData());
	}

	/**
	 * Whether it needs a schema registry.
	 */
	public boolean asksRegistry() {
		return this.steps.stream().anyMatch((named) -> named.step().asksRegistry());
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Transform transform && this.written.equals(transform.written);
	}

	@Override
	public int hashCode() {
		return this.written.hashCode();
	}

	/**
	 * How it is written.
	 */
	@Override
	public String toString() {
		return this.written;
	}

	/**
	 * Puts a transform together.
	 */
	public static final class Builder {

		private final List<Named> steps = new ArrayList<>();

		private String name = "";

		/**
		 * Says where the next step is written, such as {@code transform[0].set}.
		 */
		public Builder at(String where) {
			this.name = where;
			return this;
		}

		/**
		 * Gives attributes values, by name.
		 */
		public Builder set(Map<String, Template> values) {
			return add(new SetAttributes(values));
		}

		/**
		 * Gives attributes other names.
		 */
		public Builder rename(Map<String, String> names) {
			return add(new RenameAttributes(names));
		}

		/**
		 * Takes attributes away.
		 */
		public Builder remove(List<String> names) {
			return add(new RemoveAttributes(names));
		}

		/**
		 * Makes an event of the event, with an expression.
		 * @throws IllegalArgumentException when it is none; the text says why
		 */
		public Builder jsonata(String expression) {
			return add(new EvaluateEvent(Expression.compile(expression)));
		}

		/**
		 * Makes data of the data, with an expression.
		 * @throws IllegalArgumentException when it is none; the text says why
		 */
		public Builder dataJsonata(String expression) {
			return add(new EvaluateData(Expression.compile(expression)));
		}

		/**
		 * Makes the data of another content type.
		 * @throws IllegalArgumentException when it can't be; the text says why
		 */
		public Builder convert(Conversion conversion) {
			return add(conversion.step());
		}

		/**
		 * Makes sure that the data is JSON that fits a JSON Schema.
		 * @throws IllegalArgumentException when it is none; the text says why
		 */
		public Builder jsonSchema(byte[] schema) {
			return add(new CheckSchema(JsonSchemaData.of(schema)));
		}

		/**
		 * Makes sure that the data is Avro by a schema.
		 * @throws IllegalArgumentException when it is none; the text says why
		 */
		public Builder avroSchema(byte[] schema) {
			return add(new CheckSchema(AvroData.of(new String(schema, StandardCharsets.UTF_8))));
		}

		/**
		 * Makes sure that the data is a Protobuf message.
		 * @throws IllegalArgumentException when there is none; the text says why
		 */
		public Builder protobufSchema(byte[] descriptorSet, String message) {
			return add(new CheckSchema(ProtobufData.of(descriptorSet, message)));
		}

		/**
		 * Makes sure that the data fits the registered schema whose number it begins
		 * with.
		 */
		public Builder registeredSchema() {
			return add(new CheckSchema(new RegistryData(null)));
		}

		/**
		 * Puts large data into a folder, and a reference to it into the event.
		 * @param over size in bytes from which on data is large
		 * @param folder where it goes
		 * @param base what the reference begins with, up to the last slash
		 */
		public Builder claimCheck(long over, Path folder, String base) {
			return add(new StoreData(over, folder, base));
		}

		/**
		 * Gives an event the data back that its reference into the folder points to.
		 * @param folder where it is
		 * @param base what the reference begins with, up to the last slash
		 */
		public Builder claimRestore(Path folder, String base) {
			return add(new RestoreData(folder, base));
		}

		private Builder add(Step step) {
			this.steps.add(new Named(this.name, step));
			return this;
		}

		/**
		 * The transform.
		 * @param written tells it from others
		 */
		public Transform build(String written, AttributeCheck check) {
			return new Transform(written, this.steps, check);
		}

	}

}
