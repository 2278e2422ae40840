package io.meshbridge.bench.raw;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

import io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;

/**
 * A Reactor Netty server that sends each body to Kafka and answers 202 when the broker
 * has it.
 */
final class HttpToKafka {

	private HttpToKafka() {
	}

	static void run(String address, String out) {
		try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(address, 0)) {
			DisposableServer server = HttpServer.create()
				.host("127.0.0.1")
				.port(0)
				.handle((request, response) -> request.receive()
					.aggregate()
					.asByteArray()
					.flatMap((body) -> send(producer, toRecord(out, request, body)))
					.then(Mono.defer(() -> response.status(HttpResponseStatus.ACCEPTED)
						.header("Content-Length", "0")
						.send()
						.then()))
					.onErrorResume((ex) -> response.status(HttpResponseStatus.SERVICE_UNAVAILABLE)
						.header("Content-Length", "0")
						.send()
						.then()))
				.bindNow();
			System.out.println("READY " + server.port());
			server.onDispose().block();
		}
	}

	private static ProducerRecord<byte[], byte[]> toRecord(String out, HttpServerRequest request, byte[] body) {
		// Plain messages have their key in a header of their own.
		String key = request.requestHeaders().get("ce-partitionkey", request.requestHeaders().get("x-key"));
		ProducerRecord<byte[], byte[]> kafkaRecord = new ProducerRecord<>(out,
				(key != null) ? key.getBytes(StandardCharsets.UTF_8) : null, body);
		for (Map.Entry<String, String> header : request.requestHeaders()) {
			String name = header.getKey().toLowerCase(Locale.ROOT);
			byte[] value = header.getValue().getBytes(StandardCharsets.UTF_8);
			if (name.startsWith("ce-")) {
				kafkaRecord.headers().add("ce_" + name.substring(3), value);
			}
			else if (name.equals("content-type")) {
				kafkaRecord.headers().add(name, value);
			}
		}
		return kafkaRecord;
	}

	private static Mono<Void> send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> kafkaRecord) {
		return Mono.create((sink) -> producer.send(kafkaRecord, (metadata, ex) -> {
			if (ex != null) {
				sink.error(ex);
			}
			else {
				sink.success();
			}
		}));
	}

}
