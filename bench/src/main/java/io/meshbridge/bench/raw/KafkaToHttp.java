package io.meshbridge.bench.raw;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpStatusClass;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Bytes;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Poll, post the records of each key one after the other and those of 64 keys at once,
 * commit when all are answered.
 */
final class KafkaToHttp {

	private static final int CONNECTIONS = 64;

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private KafkaToHttp() {
	}

	static void run(String address, String in, String group, String url) {
		HttpClient.RequestSender sender = HttpClient.create(ConnectionProvider.create("raw", CONNECTIONS))
			.post()
			.uri(url);
		try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(address, in, group)) {
			System.out.println("READY");
			while (true) {
				ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(500));
				Map<Bytes, List<ConsumerRecord<byte[], byte[]>>> byKey = new LinkedHashMap<>();
				for (ConsumerRecord<byte[], byte[]> taken : records) {
					byKey.computeIfAbsent(Bytes.wrap(taken.key()), (key) -> new ArrayList<>()).add(taken);
				}
				Flux.fromIterable(byKey.values())
					.flatMap((ofKey) -> Flux.fromIterable(ofKey).concatMap((taken) -> post(sender, taken)), CONNECTIONS)
					.blockLast(TIMEOUT);
				if (!records.isEmpty()) {
					consumer.commitSync();
				}
			}
		}
	}

	private static Mono<Void> post(HttpClient.RequestSender sender, ConsumerRecord<byte[], byte[]> taken) {
		return sender.send((request, out) -> {
			request.headers(headers(taken));
			return out.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(taken.value())));
		})
			.response((answer, content) -> (answer.status().codeClass() == HttpStatusClass.SUCCESS) ? content.then()
					: Mono.error(new IllegalStateException("kafka-http: answered " + answer.status())))
			.then();
	}

	private static HttpHeaders headers(ConsumerRecord<byte[], byte[]> taken) {
		HttpHeaders headers = new DefaultHttpHeaders();
		for (Header header : taken.headers()) {
			String value = new String(header.value(), StandardCharsets.UTF_8);
			if (header.key().startsWith("ce_")) {
				headers.set("ce-" + header.key().substring(3), value);
			}
			else if (header.key().equals("content-type")) {
				headers.set(header.key(), value);
			}
		}
		return headers.set("Content-Length", taken.value().length);
	}

}
