package io.meshbridge.rules.transform;

/**
 * Where schemas are kept by number, such as a Confluent-compatible registry. May be used
 * by any number of threads.
 */
public interface SchemaSource {

	/**
	 * The schema of this number.
	 * @throws TransformException when there is none, or it can't be asked for now
	 */
	Registered byId(int id) throws TransformException;

	/**
	 * The newest schema of a subject.
	 * @throws TransformException when there is none, or it can't be asked for now
	 */
	Registered latest(String subject) throws TransformException;

	/**
	 * One schema.
	 *
	 * @param id its number
	 * @param format what it describes
	 */
	record Registered(int id, RegisteredFormat format) {
	}

}
