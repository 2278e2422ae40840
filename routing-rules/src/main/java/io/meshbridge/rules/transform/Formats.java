package io.meshbridge.rules.transform;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The formats of data that one step can read.
 *
 * @param xml how XML is read
 * @param csv how CSV is read
 * @param avro by a schema; {@code null} where there is none
 * @param protobuf by a description; {@code null} where there is none
 */
record Formats(XmlData xml, CsvData csv, @Nullable AvroData avro, @Nullable ProtobufData protobuf) {

	private static final JsonData JSON = new JsonData();

	/**
	 * A kind of format.
	 */
	enum Kind {

		JSON, XML, CSV, AVRO, PROTOBUF;

		/**
		 * The kind that a content type names, or {@code null}.
		 */
		static @Nullable Kind of(String contentType) {
			String type = contentType.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
			if (Draft.isJson(type)) {
				return JSON;
			}
			if (type.endsWith("/xml") || type.endsWith("+xml")) {
				return XML;
			}
			return switch (type) {
				case "text/csv" -> CSV;
				case "application/avro", "avro/binary", "application/vnd.apache.avro",
						"application/vnd.apache.avro+binary" ->
					AVRO;
				case "application/protobuf", "application/x-protobuf", "application/vnd.google.protobuf" -> PROTOBUF;
				default -> null;
			};
		}

	}

	/**
	 * The format of a content type, or {@code null}.
	 */
	@Nullable DataFormat of(String contentType) {
		Kind kind = Kind.of(contentType);
		if (kind == null) {
			return null;
		}
		return switch (kind) {
			case JSON -> JSON;
			case XML -> this.xml;
			case CSV -> this.csv;
			case AVRO -> this.avro;
			case PROTOBUF -> this.protobuf;
		};
	}

}
