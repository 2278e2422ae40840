package io.meshbridge.bench.steps;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.http.mapping.HttpEventReader;
import io.meshbridge.bridge.http.mapping.HttpEventWriter;
import io.meshbridge.bridge.kafka.RecordReader;
import io.meshbridge.bridge.kafka.RecordWriter;
import io.meshbridge.bridge.mqtt.EventMapper;
import io.meshbridge.bridge.mqtt.MqttConsumerProperties;
import io.meshbridge.bridge.mqtt.MqttProducerProperties;
import io.meshbridge.bridge.mqtt.MqttVersion;
import io.meshbridge.bridge.mqtt.Packet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Messages in binary mode to events and back, by the code of the bridges.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MapBenchmark {

	private static final String TOPIC = "readings";

	private final Outbound outbound = new Outbound(SampleEvent.EVENT, new byte[] { 1 }, ContentMode.BINARY,
			Duration.ofSeconds(10));

	private final ProducerRecord<byte[], byte[]> written = RecordWriter.write(TOPIC, this.outbound);

	private final HttpEventWriter httpWriter = new HttpEventWriter(false, 65_536);

	private final HttpEventWriter.Written request;

	private final Packet packet;

	private final MqttProducerProperties mqttProperties = new MqttProducerProperties();

	/**
	 * Writes the messages that are read.
	 */
	public MapBenchmark() {
		try {
			this.request = httpToRequest();
			this.packet = eventToMqtt();
		}
		catch (SendException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A Kafka record to its event. The record is a new one each time, as a poll makes it.
	 */
	@Benchmark
	public Object kafkaToEvent() {
		ConsumerRecord<byte[], byte[]> taken = new ConsumerRecord<>(TOPIC, 0, 1, 0, TimestampType.CREATE_TIME, 1, 1024,
				this.written.key(), this.written.value(), new RecordHeaders(this.written.headers()), Optional.empty());
		return RecordReader.content(taken, SampleEvent.PLAIN);
	}

	/**
	 * An event to a Kafka record.
	 */
	@Benchmark
	public Object eventToKafka() {
		return RecordWriter.write(TOPIC, this.outbound);
	}

	/**
	 * Headers and body of a request to its event.
	 */
	@Benchmark
	public @Nullable Object httpToEvent() throws UnreadableMessageException {
		return HttpEventReader.read(this.request.headers(), this.request.body(), (attribute) -> {
		});
	}

	/**
	 * An event to headers and body of a request.
	 */
	@Benchmark
	public Object eventToHttp() throws SendException {
		return httpToRequest();
	}

	private HttpEventWriter.Written httpToRequest() throws SendException {
		return this.httpWriter.write("http://127.0.0.1/", SampleEvent.EVENT, ContentMode.BINARY);
	}

	/**
	 * An MQTT 5 packet to its event.
	 */
	@Benchmark
	public @Nullable Object mqttToEvent() throws UnreadableMessageException {
		return EventMapper.read(this.packet, MqttConsumerProperties.Payload.AUTO);
	}

	/**
	 * An event to an MQTT 5 packet.
	 */
	@Benchmark
	public final Packet eventToMqtt() throws SendException {
		return EventMapper.write(SampleEvent.EVENT, ContentMode.BINARY, MqttVersion.V5, "plant/readings",
				this.mqttProperties);
	}

}
