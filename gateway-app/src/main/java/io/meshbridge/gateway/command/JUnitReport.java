package io.meshbridge.gateway.command;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Results as CI servers read them.
 */
final class JUnitReport {

	private JUnitReport() {
	}

	static void write(Path file, List<Result> results) throws IOException {
		try (Writer out = Files.newBufferedWriter(file)) {
			XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
			xml.writeStartDocument();
			xml.writeStartElement("testsuite");
			xml.writeAttribute("name", "routes");
			xml.writeAttribute("tests", String.valueOf(results.size()));
			xml.writeAttribute("failures",
					String.valueOf(results.stream().filter((result) -> !result.differences().isEmpty()).count()));
			for (Result result : results) {
				xml.writeStartElement("testcase");
				xml.writeAttribute("classname", result.file());
				xml.writeAttribute("name", result.name());
				if (!result.differences().isEmpty()) {
					xml.writeStartElement("failure");
					xml.writeAttribute("message", result.differences().get(0));
					xml.writeCharacters(result.location() + "\n" + String.join("\n", result.differences()));
					xml.writeEndElement();
				}
				xml.writeEndElement();
			}
			xml.writeEndElement();
			xml.writeEndDocument();
			xml.close();
		}
		catch (XMLStreamException ex) {
			throw new IOException(ex);
		}
	}

	/**
	 * How one case went.
	 *
	 * @param differences what is not as expected
	 */
	record Result(String file, String name, String location, List<String> differences) {

		Result {
			differences = List.copyOf(differences);
		}

	}

}
