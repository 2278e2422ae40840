package io.meshbridge.rules.transform;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How data is made of another content type.
 *
 * @param to content type that comes out
 * @param from content type that goes in; {@code null} for that of the event
 * @param root name of the outermost XML element
 * @param separator of CSV
 * @param columns of CSV that is written; empty for all
 * @param schema of Avro, or with a message of Protobuf, as its file has it; {@code null}
 * where neither is needed
 * @param message full name of the Protobuf message; {@code null} for Avro
 * @param subject of the registry, where the data carries, or gets, the number of its
 * schema; {@code null} for none
 */
public record Conversion(String to, @Nullable String from, String root, char separator, List<String> columns,
		byte @Nullable [] schema, @Nullable String message, @Nullable String subject) {

	public Conversion {
		columns = List.copyOf(columns);
	}

	/**
	 * What converts so.
	 * @throws IllegalArgumentException when nothing does; the text says why
	 */
	Step step() {
		if (!XmlData.isName(this.root)) {
			throw new IllegalArgumentException("has the root '" + this.root + "', which is no name of an XML element");
		}
		if (this.subject != null) {
			return registered(this.subject);
		}
		Formats formats = formats();
		DataFormat format = formats.of(this.to);
		if (format == null) {
			throw new IllegalArgumentException(missing(this.to));
		}
		if (this.from != null && formats.of(this.from) == null) {
			throw new IllegalArgumentException(missing(this.from));
		}
		return new ConvertData(formats, null, this.from, format, this.to);
	}

	/**
	 * To JSON where the data carries the number of its schema, else from JSON.
	 */
	private Step registered(String name) {
		JsonData json = new JsonData();
		Formats.Kind kind = Formats.Kind.of(this.to);
		if (kind == Formats.Kind.JSON) {
			return new ConvertData(null, new RegistryData(name), this.from, json, this.to);
		}
		if (kind == Formats.Kind.AVRO || kind == Formats.Kind.PROTOBUF) {
			return new ConvertData(formats(), null, this.from, new RegistryData(name), this.to);
		}
		throw new IllegalArgumentException("has the type '" + this.to + "', which no registered schema describes,"
				+ " expected application/json, application/avro or application/protobuf");
	}

	private Formats formats() {
		AvroData avro = null;
		ProtobufData protobuf = null;
		if (this.schema != null && this.message == null) {
			avro = AvroData.of(new String(this.schema, StandardCharsets.UTF_8));
		}
		else if (this.schema != null && this.message != null) {
			protobuf = ProtobufData.of(this.schema, this.message);
		}
		return new Formats(new XmlData(this.root), new CsvData(this.separator, this.columns), avro, protobuf);
	}

	private static String missing(String type) {
		Formats.Kind kind = Formats.Kind.of(type);
		if (kind == Formats.Kind.AVRO) {
			return "has the type '" + type + "', which needs a 'schema', such as 'file:schemas/order.avsc'";
		}
		if (kind == Formats.Kind.PROTOBUF) {
			return "has the type '" + type + "', which needs a 'schema', such as 'file:schemas/order.proto',"
					+ " and the 'message' in it";
		}
		return "has the type '" + type + "', which is no format that can be converted, expected application/json,"
				+ " application/xml, text/csv, application/avro or application/protobuf";
	}

}
